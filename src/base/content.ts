import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder `content/` of the package: what we know as data. The same from `src/` and from the built `dist/`. */
export const CONTENT_FOLDER = fileURLToPath(new URL('../../content/', import.meta.url));

/**
 * Reads a data file of the package.
 *
 * @param name path below `content/`
 * @returns its JSON; the shape is the caller's promise, checked by that file's test
 */
export function readContentJson<T>(name: string): T {
  return JSON.parse(readFileSync(CONTENT_FOLDER + name, 'utf8')) as T;
}
