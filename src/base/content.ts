import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the package: the nearest one above this file with a package.json, whether this runs from `src/` or built. */
export const PACKAGE_FOLDER = packageFolder(dirname(fileURLToPath(import.meta.url)));

/** Folder `content/` of the package: what we know as data. */
export const CONTENT_FOLDER = join(PACKAGE_FOLDER, 'content');

/**
 * Reads a data file of the package.
 *
 * @param name path below `content/`
 * @returns its JSON; the shape is the caller's promise, checked by that file's test
 */
export function readContentJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(CONTENT_FOLDER, name), 'utf8')) as T;
}

function packageFolder(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('smbastion is not installed whole: its package.json is missing');
  return packageFolder(above);
}
