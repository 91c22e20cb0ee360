import { createHash, hash } from 'node:crypto';

/**
 * Stable identity of a list of parts: the first 128 bits of SHA-256 over the parts with their lengths, so that
 * ("ab","c") and ("a","bc") differ.
 *
 * @param parts texts in a fixed order
 * @returns 32 hexadecimal digits
 */
export function stableId(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return hash('sha256', text, 'hex').slice(0, 32);
}

/**
 * Name-based UUID, version 5 (RFC 9562 §5.5).
 *
 * @param name the name, hashed below the product's own namespace
 * @returns the UUID in lower case
 */
export function uuidV5(name: string): string {
  const digest = createHash('sha1').update(NAMESPACE).update(name).digest();
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Namespace of smbastion's names: UUIDv5 of "smbastion" in the DNS namespace. */
const NAMESPACE = Buffer.from('99f155bf63785829816098399483ddfb', 'hex');
