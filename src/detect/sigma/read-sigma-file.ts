import { readFileSync } from 'node:fs';
import { SmbError } from '../../base/error.ts';
import type { SourceText } from '../../base/place.ts';
import { readingReason } from '../../base/system-error.ts';

/** Bytes of a file that is read at all; a rule has two thousand, the largest collections a few million. */
const MAX_SIGMA_BYTES = 32 * 1024 * 1024;

/**
 * @param path file as the user named it
 * @returns its text
 * @throws RULE-READ when it cannot be read, is too large or is no UTF-8
 */
export function readSigmaFile(path: string): SourceText {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new SmbError('RULE-READ', `The rule file "${path}" cannot be read: ${readingReason(cause)}.`);
  }
  if (bytes.length > MAX_SIGMA_BYTES) {
    throw new SmbError('RULE-READ', `The rule file "${path}" has more than ${MAX_SIGMA_BYTES} bytes.`);
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { file: path, text: bytes.subarray(2).toString('utf16le') };
  try {
    return { file: path, text: DECODER.decode(bytes) };
  } catch {
    // The decoder says only that something is wrong, so the place is looked for.
    const offset = firstBadByte(bytes);
    throw new SmbError('RULE-READ', `The rule file "${path}" is no UTF-8: the byte at offset ${offset} fits nothing.`, {
      fix: 'save it as UTF-8',
    });
  }
}

/** Takes a byte order mark away and throws at what is no UTF-8. */
const DECODER = new TextDecoder('utf-8', { fatal: true });

/** @returns the offset of the first byte that is not as decoding and encoding would have it */
function firstBadByte(bytes: Buffer): number {
  const again = Buffer.from(bytes.toString('utf8'), 'utf8');
  let at = 0;
  while (at < bytes.length && bytes[at] === again[at]) at++;
  return at;
}
