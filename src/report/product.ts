import { readFileSync } from 'node:fs';

const packageFile = new URL('../../package.json', import.meta.url);
const { name, version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { name: string; version: string };

/** What reports call the program that made them. */
export const PRODUCT = { name, version } as const;
