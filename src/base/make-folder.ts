import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder with those above it; one that is there stays as it is. Node's own `recursive` never comes back where the folder
 * above is there and says of anything in it that there is no such file, as below /proc: it makes the one above and tries again.
 *
 * @param mode rights of those that are made
 * @throws an error of the system, such as EEXIST for a file of that name
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (cause) {
    if (isFolder(path)) return;
    const above = dirname(path);
    if (codeOf(cause) !== 'ENOENT' || isFolder(above)) throw cause;
    // The root is its own parent, and always there.
    makeFolder(above, mode);
    mkdirSync(path, { mode });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
