import { stableId } from '../../base/hash.ts';

/** File systems take 255 bytes, and an extension follows. */
const MAX_NAME = 120;

/**
 * @param name what files are called by, in characters of one byte
 * @returns the name, or where it is too long its beginning and a hash that tells it from others that begin so
 */
export function shortName(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 13)}-${stableId([name]).slice(0, 12)}`;
}
