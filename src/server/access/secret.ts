/** Secrets that are made here: keys, links, sessions. Only their hashes are kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits: nobody guesses one, so that a plain hash is enough to keep it. */
const SECRET_BYTES = 32;

/** @returns a new secret, of letters, digits, `-` and `_` */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** @returns SHA-256 of a secret, hexadecimal: what is kept of it */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares without telling by its time how far two texts agree. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(secret).digest());
}
