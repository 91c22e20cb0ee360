/** What the system says about a file or an address, in words instead of its own codes. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENOSPC: 'no space is left there',
  EDQUOT: 'the quota is used up',
  EMFILE: 'too many files are open',
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/**
 * @param cause what a file operation threw
 * @param others words for codes that mean something special to the caller
 * @returns the reason as the end of a sentence, without a full stop
 */
export function systemReason(cause: unknown, others: Readonly<Record<string, string>> = {}): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? String(cause.code) : '';
  return others[code] ?? REASONS[code] ?? cause.message;
}

/** Words for a path that is to be read. */
const READING: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
};

/** @returns why a path cannot be read, as the end of a sentence */
export function readingReason(cause: unknown): string {
  return systemReason(cause, READING);
}
