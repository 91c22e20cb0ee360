/** The cookie of a session, and the check that a page of ours asks with it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SmbError } from '../../base/error.ts';

const NAME = 'smbastion';

/** @returns what the cookie of a request holds */
export function sessionSecret(request: FastifyRequest): string | undefined {
  return request.cookies[cookieName(request, NAME)];
}

/** Gives the browser the secret of a session. No script sees it, and no other site's page sends it. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, secret: string, lastsMs: number): void {
  reply.setCookie(cookieName(request, NAME), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(request),
    maxAge: Math.floor(lastsMs / 1000),
  });
}

/** Makes the browser forget the secret. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  const secure = isSecure(request);
  reply.clearCookie(cookieName(request, NAME), { path: '/', httpOnly: true, sameSite: 'strict', secure });
}

/**
 * Browsers say which page asks. What changes something must come from a page of this server, or say nothing at all of a
 * browser: then it is no browser that could be tricked.
 *
 * @throws API-DENIED when another site's page asks
 */
export function checkOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  if (['GET', 'HEAD'].includes(request.method)) return;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined && site === undefined && sessionSecret(request) === undefined) return;
  const own = [
    `${request.protocol}://${request.host}`,
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin]),
  ];
  if (origin === undefined ? site === 'same-origin' : own.includes(origin)) return;
  throw new SmbError('API-DENIED', 'This did not come from a page of this server.', {
    fix: 'public_url in [server] names the address that people use, when a proxy changes it',
  });
}

/** @returns the name of a cookie: with HTTPS a prefix makes browsers refuse one that another host or a page without HTTPS set */
export function cookieName(request: FastifyRequest, name: string): string {
  return isSecure(request) ? `__Host-${name}` : name;
}

/** @returns whether the browser asks by HTTPS */
export function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https';
}
