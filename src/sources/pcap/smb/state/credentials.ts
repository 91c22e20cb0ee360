/** Who logged on, and how: gathered from the legs of a logon, then carried by every later event of the session. */
import type { AuthToken } from '../auth/auth-token.ts';
import type { NtlmNames } from '../auth/ntlm.ts';
import type { Origin } from './origin.ts';

/** What a logon says of itself. Passwords, challenges, responses and keys are never kept. */
export class Credentials {
  /** First message of the logon. */
  readonly origin: Origin;
  user: string | undefined;
  domain: string | undefined;
  /** Host name the client gives itself. */
  workstation: string | undefined;
  clientVersion: string | undefined;
  serverVersion: string | undefined;
  mechanism: 'ntlm' | 'kerberos' | undefined;
  mechanismsOffered: readonly string[] = [];
  ntlmVersion: 1 | 2 | undefined;
  isAnonymous = false;
  /** Undefined until the server has said it. */
  isGuest: boolean | undefined;
  spn: string | undefined;
  realm: string | undefined;
  ticketEtype: number | undefined;
  hasMic: boolean | undefined;
  hasChannelBinding: boolean | undefined;
  /** Names of the server as its challenge gives them. */
  serverNames: NtlmNames | undefined;
  /** Names of the server inside the client's NTLMv2 answer. */
  answeredNames: NtlmNames | undefined;
  challengeHash: string | undefined;
  kerberosError: number | undefined;
  isUnreadable = false;
  /** Authentication was seen at all. */
  isSeen = false;

  constructor(origin: Origin) {
    this.origin = origin;
  }

  /** NTLM was used though Kerberos was offered. */
  get isFallback(): boolean {
    return this.mechanism === 'ntlm' && this.mechanismsOffered.includes('kerberos');
  }

  /** Adds what a blob says. */
  add(token: AuthToken): void {
    if (token.isUnreadable) this.isUnreadable = true;
    if (token.mechanisms.length > 0) this.mechanismsOffered = token.mechanisms;
    if (token.ntlm !== undefined) this.addNtlm(token.ntlm);
    if (token.kerberos !== undefined) this.addKerberos(token.kerberos);
  }

  /** Adds the plain names of an SMB1 logon without NTLMSSP. */
  addPlain(user: string, domain: string, ntLength: number, lmLength: number): void {
    this.isSeen = true;
    this.mechanism = 'ntlm';
    this.user = user || undefined;
    this.domain = domain || undefined;
    this.isAnonymous = ntLength === 0 && lmLength <= 1;
    if (!this.isAnonymous) this.ntlmVersion = ntLength >= 44 ? 2 : 1;
  }

  private addNtlm(message: NonNullable<AuthToken['ntlm']>): void {
    this.isSeen = true;
    this.mechanism = 'ntlm';
    if (message.type === 2) {
      this.serverNames = message.names;
      this.serverVersion = message.version;
      this.challengeHash = message.challengeHash;
      return;
    }
    this.clientVersion = message.version ?? this.clientVersion;
    this.workstation = message.workstation ?? this.workstation;
    if (message.type === 1) return;
    this.user = message.user;
    this.domain = message.domain;
    this.ntlmVersion = message.ntlmVersion;
    this.isAnonymous = message.isAnonymous === true;
    this.answeredNames = message.names;
    if (message.names !== undefined) {
      this.hasMic = message.names.hasMic === true;
      this.hasChannelBinding = message.names.hasChannelBinding === true;
    }
  }

  private addKerberos(token: NonNullable<AuthToken['kerberos']>): void {
    this.isSeen = true;
    this.mechanism ??= 'kerberos';
    if (token.kind === 'error') this.kerberosError = token.errorCode;
    if (token.kind !== 'request') return;
    this.mechanism = 'kerberos';
    this.spn = token.spn;
    this.realm = token.realm;
    this.ticketEtype = token.ticketEtype;
  }
}
