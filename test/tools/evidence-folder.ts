import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real evidence, which tests look at where it is there; SMBASTION_EVIDENCE names another folder. */
const FOLDER = process.env['SMBASTION_EVIDENCE'] ?? fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** @returns the path of a file or folder of the real evidence, which may not be there */
export function evidencePath(name: string): string {
  return join(FOLDER, name);
}
