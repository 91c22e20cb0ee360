import type { FastifyReply, FastifyRequest } from 'fastify';
import { SmbError } from '../../base/error.ts';
import type { Service } from '../service.ts';
import type { Account } from './accounts.ts';
import { AttackNotes } from './attack-notes.ts';
import { deviceSecret, setDeviceCookie } from './device-cookie.ts';
import { attemptSource } from './failure-limit.ts';
import { hashSecret, newSecret } from './secret.ts';
import { checkOrigin, clearSessionCookie, sessionSecret, setSessionCookie } from './session-cookie.ts';
import { SignInLimits } from './sign-in-limits.ts';

/** Lets people in by password or link, and slows down those who guess. */
export class SignIn {
  private readonly service: Pick<Service, 'accounts' | 'sessions' | 'config' | 'store' | 'log'>;
  private readonly limits = new SignInLimits();
  private readonly notes: AttackNotes;

  constructor(service: Pick<Service, 'accounts' | 'sessions' | 'config' | 'store' | 'log'>) {
    this.service = service;
    this.notes = new AttackNotes(service);
  }

  /**
   * Begins a session when the password is right.
   *
   * @throws API-SIGN-IN when it is not; API-BUSY when too many were wrong; API-DENIED when another site's page asks
   */
  async byPassword(request: FastifyRequest, reply: FastifyReply, name: string, password: string): Promise<Account> {
    checkOrigin(request, this.service.config.server.publicUrl);
    const { accounts } = this.service;
    const source = attemptSource(request.ip);
    const device = this.knownDevice(request, name);
    const attempt = this.limits.admit({ source, name, device: device && hashSecret(device) }, Date.now());
    const account = await accounts.signIn(name, password).finally(attempt.end);
    if (account === undefined) {
      await this.notes.failed({ address: request.ip, source, name }, attempt.fail());
      throw new SmbError('API-SIGN-IN', 'Name or password is wrong.');
    }
    attempt.forgive();
    await this.begin(request, reply, account.name);
    return account;
  }

  /**
   * Sets the password that a link is for and begins a session. Nobody guesses a link, so that nobody has to wait.
   *
   * @throws API-SIGN-IN when the link does not work; API-INPUT for a bad password
   */
  async byLink(request: FastifyRequest, reply: FastifyReply, secret: string, password: string): Promise<Account> {
    checkOrigin(request, this.service.config.server.publicUrl);
    const account = await this.service.accounts.useLink(secret, password);
    await this.begin(request, reply, account.name);
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

  /** @returns the secret by which the browser is known to have signed in to the account */
  private knownDevice(request: FastifyRequest, name: string): string | undefined {
    const secret = deviceSecret(request);
    return secret !== undefined && this.service.accounts.hasDevice(name, hashSecret(secret)) ? secret : undefined;
  }

  private async begin(request: FastifyRequest, reply: FastifyReply, name: string): Promise<void> {
    const { accounts, sessions, config } = this.service;
    const before = sessionSecret(request);
    if (before !== undefined) sessions.end(before);
    setSessionCookie(request, reply, sessions.begin(name), config.server.sessionMs);
    const device = this.knownDevice(request, name) ?? newSecret();
    setDeviceCookie(request, reply, device);
    await accounts.knowDevice(name, hashSecret(device));
  }
}
