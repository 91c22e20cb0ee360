/** Passwords as they are kept: hashed with scrypt (RFC 7914), with the parameters beside, so that they can grow. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { SmbError } from '../../base/error.ts';

/** A password that cannot be read back. */
export interface PasswordHash {
  readonly algorithm: 'scrypt';
  /** Cost, block size and parallelism. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
  /** Base64. */
  readonly salt: string;
  /** Base64. */
  readonly hash: string;
}

/** 32 MiB and about a quarter of a second on one core: the OWASP password storage cheat sheet's smallest in memory. */
const COST = { n: 2 ** 15, r: 8, p: 3 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Characters that a password needs at least (NIST SP 800-63B asks for 8, or 15 where nothing else protects). */
const MIN_LENGTH = 12;
/** A longer one is no password but an attempt to keep the server busy. */
const MAX_LENGTH = 256;

/** @throws API-INPUT when a password is too short, too long or the name of its user */
export function checkPassword(password: string, name: string): void {
  const length = [...password].length;
  if (length < MIN_LENGTH || length > MAX_LENGTH) {
    throw new SmbError('API-INPUT', `A password has ${MIN_LENGTH} to ${MAX_LENGTH} characters, not ${length}.`, {
      fix: 'four words that do not belong together are good',
    });
  }
  if (new Set(password).size < 5 || password.toLowerCase().includes(name)) {
    throw new SmbError('API-INPUT', 'This password is guessed at once.', {
      fix: 'it must not hold the name, nor be a few characters again and again',
    });
  }
}

/** @returns the password as it is kept, with a salt of its own */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return { algorithm: 'scrypt', ...COST, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

/** @param kept undefined for nobody: the answer is no, and takes as long as it does for somebody */
export async function isPassword(password: string, kept: PasswordHash | undefined): Promise<boolean> {
  const compared = kept ?? NOBODY;
  const hash = await derive(password.slice(0, MAX_LENGTH * 2), Buffer.from(compared.salt, 'base64'), compared);
  return timingSafeEqual(hash, Buffer.from(compared.hash, 'base64')) && kept !== undefined;
}

const NOBODY: PasswordHash = {
  algorithm: 'scrypt',
  ...COST,
  salt: Buffer.alloc(SALT_BYTES).toString('base64'),
  hash: Buffer.alloc(HASH_BYTES).toString('base64'),
};

/** Ends when the hash before is done: many that sign in at once must not take all the memory. */
let turn: Promise<unknown> = Promise.resolve();

function derive(password: string, salt: Buffer, { n, r, p }: Pick<PasswordHash, 'n' | 'r' | 'p'>): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: 256 * n * r };
  const derived = turn.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
  turn = derived.catch(() => undefined);
  return derived;
}
