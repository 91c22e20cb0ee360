/** The cookie by which a browser is known again that signed in before. It lets nobody in: see sign-in-limits.ts. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieName, isSecure } from './session-cookie.ts';

const NAME = 'smbastion-device';
/** How long a browser keeps it after the last sign-in. */
const LASTS_S = 180 * 86_400;

/** @returns what the cookie of a request holds */
export function deviceSecret(request: FastifyRequest): string | undefined {
  return request.cookies[cookieName(request, NAME)];
}

/** Gives the browser a secret, or the one that it has for longer. */
export function setDeviceCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  reply.setCookie(cookieName(request, NAME), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(request),
    maxAge: LASTS_S,
  });
}
