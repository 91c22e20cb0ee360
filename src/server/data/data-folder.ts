/** The folder that holds everything a server keeps: made, looked for, and kept from other users of the machine. */
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { SmbError } from '../../base/error.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { systemReason } from '../../base/system-error.ts';

const REASONS = {
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'no folder can be made there',
};

const STORE = 'store.duckdb';
/** Rights of whoever is not the owner. */
const OTHERS = 0o077;

/** @returns the file of the database in a data folder */
export function storeFile(dataFolder: string): string {
  return join(dataFolder, STORE);
}

/**
 * @returns whether a data folder holds a store
 * @throws STORE-OPEN when it may not be looked into
 */
export function hasStore(dataFolder: string): boolean {
  try {
    return statSync(storeFile(dataFolder), { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw new SmbError('STORE-OPEN', `The data folder ${dataFolder} cannot be read: ${systemReason(cause)}.`, {
      fix: 'run as its owner, or name the server: --server URL',
    });
  }
}

/** Bytes beside the database that are to go into it. */
export interface BytesBeside {
  /** Log of changes; a database that was closed has none. */
  readonly changes: number;
  /** Rows that were acknowledged. */
  readonly rows: number;
}

/** @returns what waits beside the database; before it is opened, what a program that did not close it left */
export function bytesBeside(dataFolder: string): BytesBeside {
  const rows = `${storeFile(dataFolder)}.rows`;
  return {
    changes: bytesOf(`${storeFile(dataFolder)}.wal`),
    rows: namesIn(rows).reduce((sum, name) => sum + bytesOf(join(rows, name)), 0),
  };
}

/** @returns the size of a file; 0 when there is none */
export function bytesOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : 0;
}

/**
 * Makes the data folder when it is not there, and sees to it that evidence and hashes of passwords are readable for their owner
 * alone: what is in it already, and what this process writes from now on. A folder that somebody else made keeps its rights: others
 * may have been let in on purpose.
 *
 * @returns sentences about what others may still do, for the log
 * @throws STORE-OPEN when it cannot be made
 */
export function makeDataFolder(dataFolder: string): readonly string[] {
  // The database makes its files readable for all that the mask lets. Only the main thread of a process can set it.
  if (isMainThread) process.umask(OTHERS);
  try {
    makeFolder(dataFolder, 0o700);
  } catch (cause) {
    throw new SmbError('STORE-OPEN', `The data folder ${dataFolder} cannot be made: ${systemReason(cause, REASONS)}.`, {
      fix: 'data in [server], or SMBASTION_DATA, names one',
    });
  }
  const open = openToOthers(dataFolder);
  return [...(open === undefined ? [] : [`${open.says} ${open.fix} forbids it.`]), ...tightenStore(dataFolder)];
}

/** @returns what others of the machine may do with a folder and how to forbid it; undefined when it is for its owner alone */
export function openToOthers(folder: string): { readonly says: string; readonly fix: string } | undefined {
  if (!isOpen(folder)) return undefined;
  return { says: `${folder} can be entered by others of this machine.`, fix: `chmod 700 ${folder}` };
}

/** Takes the database, and what stands beside it under its name, from others. @returns what could not be taken */
function tightenStore(dataFolder: string): string[] {
  const open = namesIn(dataFolder)
    .filter((name) => name.startsWith(STORE))
    .map((name) => join(dataFolder, name))
    .filter(isOpen);
  return open.flatMap((path) => {
    try {
      chmodSync(path, statSync(path).mode & 0o777 & ~OTHERS);
      return [];
    } catch (cause) {
      // Whoever can open it without owning it was let in by its owner.
      return [`${path} is open to others of this machine and stays so: ${systemReason(cause)}.`];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // There is none, or it may not be listed: opening the database says what is wrong.
    return [];
  }
}

/** Windows has no such rights: there every file looks open. */
function isOpen(path: string): boolean {
  if (process.platform === 'win32') return false;
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & OTHERS) !== 0;
}
