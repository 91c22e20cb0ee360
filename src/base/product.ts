import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from './content.ts';

const { name, version } = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
};

/** Name and version of the program, as its package says. */
export const PRODUCT = { name, version } as const;
