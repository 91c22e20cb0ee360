import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { SmbError } from '../../base/error.ts';
import type { Service } from '../service.ts';
import type { Caller } from './caller.ts';

/** Whoever may read the data folder may do everything: the folder holds everything. */
const LOCAL: Caller = { name: 'local', via: 'local', role: 'admin', scopes: ['admin'] };

/**
 * @returns who asks; undefined when nobody says who they are
 * @throws API-SIGN-IN when what they say is not true
 */
export async function authenticate(request: FastifyRequest, service: Service): Promise<Caller | undefined> {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const [scheme, credentials] = splitOnce(authorization);
  if (scheme.toLowerCase() === 'bearer' && isSame(credentials, service.localKey)) return LOCAL;
  throw new SmbError('API-SIGN-IN', 'The credentials are not known here.');
}

function splitOnce(header: string): [string, string] {
  const at = header.indexOf(' ');
  return at < 0 ? [header, ''] : [header.slice(0, at), header.slice(at + 1).trim()];
}

/** Compares without telling by its time how far two secrets agree. */
function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
