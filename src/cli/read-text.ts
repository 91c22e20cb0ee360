import { readFileSync } from 'node:fs';
import { SmbError } from '../base/error.ts';
import { readingReason } from '../base/system-error.ts';

/**
 * @param path file, or `-` for standard input
 * @throws INPUT-MISSING when it cannot be read
 */
export function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    throw new SmbError('INPUT-MISSING', `${path} cannot be read: ${readingReason(cause)}.`);
  }
}
