/** Everything learnt of one connection, for its event and for whoever adds connections up to links between machines. */
import type { SmbLimits } from '../limits.ts';
import type { Credentials } from '../state/credentials.ts';
import { DistinctNames } from './distinct-names.ts';
import { ProtectionFacts } from './protection-facts.ts';

/** How trustworthy the rest is: a fact from a damaged connection says so. */
export interface Quality {
  missingBytes: number;
  /** Times the place in the stream was lost. */
  resyncs: number;
  /** Bytes passed over while looking for the next frame. */
  searchedBytes: number;
  /** Messages after a search that nothing confirmed. */
  doubted: number;
  cutMessages: number;
  requestsMissing: number;
  /** Times a header said that the other side is the server. */
  directionConflicts: number;
}

/** Facts of a connection. */
export class ConnectionFacts {
  readonly protection = new ProtectionFacts();
  readonly quality: Quality = {
    missingBytes: 0,
    resyncs: 0,
    searchedBytes: 0,
    doubted: 0,
    cutMessages: 0,
    requestsMissing: 0,
    directionConflicts: 0,
  };
  /** Messages by command, requests and responses together. */
  readonly smb1Messages = new Map<number, number>();
  readonly smb2Messages = new Uint32Array(21);
  isSmb1Offered = false;
  isSmb1Used = false;
  isSmb2Used = false;
  /** The last one chosen. */
  dialect: string | undefined;
  dialectsOffered: readonly string[] | undefined;
  readonly dialects: DistinctNames;
  readonly mechanismsOffered: DistinctNames;
  readonly mechanisms: DistinctNames;
  readonly ntlmVersions: DistinctNames;
  readonly spns: DistinctNames;
  readonly users: DistinctNames;
  readonly clientNames: DistinctNames;
  readonly serverNames: DistinctNames;
  readonly shares: DistinctNames;
  readonly refusedShares: DistinctNames;
  readonly encryptedShares: DistinctNames;
  readonly pipes: DistinctNames;
  readonly interfaces: DistinctNames;
  readonly statuses: DistinctNames;
  isCredentialSeen = false;
  isGuest: boolean | undefined;
  isAnonymous: boolean | undefined;
  isFallback: boolean | undefined;
  logons = 0;
  failedLogons = 0;
  filesOpened = 0;
  filesCreated = 0;
  filesWritten = 0;
  filesRenamed = 0;
  filesDeleted = 0;
  filesRefused = 0;
  bytesRead = 0;
  bytesWritten = 0;
  bytesCopied = 0;
  rpcCalls = 0;

  constructor(limits: SmbLimits) {
    const names = () => new DistinctNames(limits.distinctNames);
    this.dialects = names();
    this.mechanismsOffered = names();
    this.mechanisms = names();
    this.ntlmVersions = names();
    this.spns = names();
    this.users = names();
    this.clientNames = names();
    this.serverNames = names();
    this.shares = names();
    this.refusedShares = names();
    this.encryptedShares = names();
    this.pipes = names();
    this.interfaces = names();
    this.statuses = names();
  }

  /** Mentions of names beyond the number that is kept. */
  get droppedNames(): number {
    const kinds = [this.users, this.clientNames, this.serverNames, this.shares, this.refusedShares, this.pipes];
    return [...kinds, this.interfaces, this.spns].reduce((sum, { dropped }) => sum + dropped, 0);
  }

  /** Adds who used the connection; called when a logon ends and when a known session appears here. */
  addCredentials(credentials: Credentials): void {
    this.isCredentialSeen ||= credentials.isSeen;
    for (const name of credentials.mechanismsOffered) this.mechanismsOffered.add(name);
    this.mechanisms.add(credentials.mechanism);
    if (credentials.ntlmVersion !== undefined) this.ntlmVersions.add(String(credentials.ntlmVersion));
    this.spns.add(credentials.spn);
    this.clientNames.add(credentials.workstation);
    const { serverNames } = credentials;
    this.serverNames.add(serverNames?.computer);
    this.serverNames.add(serverNames?.dnsComputer);
    if (credentials.isFallback) this.isFallback = true;
  }

  /** Adds the account of a logon that succeeded. */
  addUser(credentials: Credentials): void {
    const { isGuest, isAnonymous, isSeen } = credentials;
    if (isGuest !== undefined) this.isGuest = this.isGuest === true || isGuest;
    if (isSeen || isGuest !== undefined) this.isAnonymous = this.isAnonymous === true || isAnonymous;
    if (credentials.isAnonymous) return;
    const { user, domain } = credentials;
    if (user !== undefined) this.users.add(domain === undefined ? user : `${domain}\\${user}`);
  }
}
