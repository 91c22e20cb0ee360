import { SmbError } from '../../base/error.ts';

/** @returns what whoever asks a store is told that is closed: a connection that is closed while it works brings the process down */
export function closedError(): SmbError {
  return new SmbError('STORE-CLOSED', 'the store is closed', { fix: 'ask again once the server runs' });
}
