import { SmbError } from '../base/error.ts';
import { makeFolder } from '../base/make-folder.ts';
import { systemReason } from '../base/system-error.ts';

const REASONS = {
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'no folder can be made there',
};

/**
 * Makes the data folder when it is not there.
 *
 * @throws STORE-OPEN when it cannot be made
 */
export function makeDataFolder(dataFolder: string): void {
  try {
    makeFolder(dataFolder, 0o700);
  } catch (cause) {
    throw new SmbError('STORE-OPEN', `The data folder ${dataFolder} cannot be made: ${systemReason(cause, REASONS)}.`, {
      fix: 'data in [server], or SMBASTION_DATA, names one',
    });
  }
}
