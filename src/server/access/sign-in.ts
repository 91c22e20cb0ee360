import type { FastifyReply, FastifyRequest } from 'fastify';
import { SmbError } from '../../base/error.ts';
import { formatElapsed } from '../../base/text/figures.ts';
import type { Service } from '../service.ts';
import type { Account } from './accounts.ts';
import { attemptSource, FailureLimit } from './failure-limit.ts';
import { checkOrigin, clearSessionCookie, sessionSecret, setSessionCookie } from './session-cookie.ts';

/** Wrong passwords for one account from one address, for one account from anywhere, and from one address. */
const BOUNDS = {
  pair: { failures: 5, withinMs: 5 * 60_000 },
  account: { failures: 50, withinMs: 15 * 60_000 },
  address: { failures: 30, withinMs: 15 * 60_000 },
} as const;

/** Lets people in by password or link, and slows down those who guess. */
export class SignIn {
  private readonly service: Pick<Service, 'accounts' | 'sessions' | 'config' | 'store' | 'log'>;
  private readonly limits = {
    pair: new FailureLimit(BOUNDS.pair),
    account: new FailureLimit(BOUNDS.account),
    address: new FailureLimit(BOUNDS.address),
  };

  constructor(service: Pick<Service, 'accounts' | 'sessions' | 'config' | 'store' | 'log'>) {
    this.service = service;
  }

  /**
   * Begins a session when the password is right.
   *
   * @throws API-SIGN-IN when it is not; API-BUSY when too many were wrong; API-DENIED when another site's page asks
   */
  async byPassword(request: FastifyRequest, reply: FastifyReply, name: string, password: string): Promise<Account> {
    checkOrigin(request, this.service.config.server.publicUrl);
    const attempts = this.attempts(attemptSource(request.ip), name);
    const account = await this.service.accounts.signIn(name, password);
    if (account === undefined) {
      this.service.log.warn({ address: request.ip }, 'a sign-in failed');
      throw new SmbError('API-SIGN-IN', 'Name or password is wrong.');
    }
    attempts.forgive();
    this.begin(request, reply, account.name);
    return account;
  }

  /**
   * Sets the password that a link is for and begins a session.
   *
   * @throws API-SIGN-IN when the link does not work; API-INPUT for a bad password; API-BUSY when too many did not work
   */
  async byLink(request: FastifyRequest, reply: FastifyReply, secret: string, password: string): Promise<Account> {
    checkOrigin(request, this.service.config.server.publicUrl);
    const attempts = this.attempts(attemptSource(request.ip), 'link');
    const account = await this.service.accounts.useLink(secret, password).catch((error: unknown) => {
      if (error instanceof SmbError && error.code === 'API-INPUT') attempts.forgive();
      throw error;
    });
    attempts.forgive();
    this.begin(request, reply, account.name);
    return account;
  }

  /** Ends the session of a request. */
  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const secret = sessionSecret(request);
    const name = secret === undefined ? undefined : this.service.sessions.whose(secret);
    if (secret !== undefined) this.service.sessions.end(secret);
    clearSessionCookie(request, reply);
    if (name === undefined) return;
    const entry = { atMs: Date.now(), by: name, action: 'user.sign-out', details: { user: name } };
    await this.service.store.audit.append(entry);
  }

  private begin(request: FastifyRequest, reply: FastifyReply, name: string): void {
    const { sessions, config } = this.service;
    const before = sessionSecret(request);
    if (before !== undefined) sessions.end(before);
    setSessionCookie(request, reply, sessions.begin(name), config.server.sessionMs);
  }

  /** Counts an attempt as failed until it is forgiven, so that many at once do not get through while the first is checked. */
  private attempts(address: string, name: string): { readonly forgive: () => void } {
    const now = Date.now();
    const keys = { pair: `${address} ${name}`, account: name, address };
    const kinds = ['pair', 'account', 'address'] as const;
    const waitMs = Math.max(...kinds.map((kind) => this.limits[kind].waitMs(keys[kind], now)));
    if (waitMs > 0) {
      throw new SmbError(
        'API-BUSY',
        `Too many attempts failed; the next one is let in after ${formatElapsed(waitMs)}.`,
      );
    }
    for (const kind of kinds) this.limits[kind].count(keys[kind], now);
    return {
      forgive: () => {
        for (const kind of kinds) this.limits[kind].forgive(keys[kind]);
      },
    };
  }
}
