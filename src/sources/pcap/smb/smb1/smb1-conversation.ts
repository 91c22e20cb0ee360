/**
 * SMB1 on one connection. Sessions, trees and files are numbered by the connection here, and commands come in chains: each
 * link of a chain is a command of its own.
 */
import { tellLogoff, tellLogon } from '../events/session-event.ts';
import { FileWork } from '../file-work.ts';
import type { Link } from '../link.ts';
import type { Message } from '../message.ts';
import { Handle } from '../state/handle.ts';
import { PendingRequests } from '../state/pending-requests.ts';
import { Session, type SessionHome } from '../state/session.ts';
import { isPipeTree, type Tree } from '../state/tree.ts';
import { fileAnswer, fileRequest } from './files.ts';
import { Invariants } from './invariants.ts';
import { logonAnswer, logonRequest, negotiateAnswer, negotiateRequest, unansweredNegotiation } from './logon.ts';
import * as smb1 from './smb1-commands.ts';
import { FLAG_SIGNED, FLAG_SIGNING_REQUIRED, isSigned, partsOf, type Smb1Part, statusOf } from './smb1-part.ts';
import { Smb1Request } from './smb1-request.ts';
import { secondaryRequest, transactionAnswer, transactionRequest } from './transactions.ts';
import { TransactionPieces } from './transaction-pieces.ts';
import { treeAnswer, treeRequest } from './trees.ts';

const FLAG_RESPONSE = 0x80;

/** The messages of one connection. */
export class Smb1Conversation implements SessionHome {
  readonly link: Link;
  readonly files: FileWork;
  readonly invariants: Invariants;
  readonly pieces: TransactionPieces;
  readonly sessions = new Map<number, Session>();
  readonly trees = new Map<number, Tree>();
  readonly handles = new Map<number, Handle>();
  readonly pending: PendingRequests<Smb1Request>;

  constructor(link: Link) {
    this.link = link;
    this.files = new FileWork(link, 1);
    this.pending = new PendingRequests(link.state);
    this.invariants = new Invariants(link);
    this.pieces = new TransactionPieces(link.state.gathered);
  }

  /** Takes one message; a request that offers SMB2 as well is returned, since its answer may be one of SMB2. */
  message(m: Message): Smb1Request | undefined {
    const { facts, state } = this.link;
    const command = m.u8(4);
    const isResponse = (m.u8(9) & FLAG_RESPONSE) !== 0;
    const mid = m.u16(30);
    const pid = m.u16(26) + m.u16(12) * 65_536;
    facts.smb1Messages.set(command, (facts.smb1Messages.get(command) ?? 0) + 1);
    // A server's notice of a lock break looks like a request.
    const isNotice = command === smb1.LOCKING_ANDX && mid === 0xffff;
    if (!isNotice) this.link.settleRoles(m.side, isResponse);
    const { parts, fault } = partsOf(m, state.limits.andxMax);
    if (fault === 'long') state.reach('andxMax');
    else if (fault !== undefined)
      state.fault('smb.andx', `a chain of SMB1 commands leads ${fault === 'loop' ? 'back' : 'outside its message'}`);
    let offer: Smb1Request | undefined;
    if (isResponse) this.response(m, parts, pid, mid);
    else if (!isNotice) offer = this.request(m, parts, pid, mid);
    this.link.judge(m);
    return offer;
  }

  private request(m: Message, parts: readonly Smb1Part[], pid: number, mid: number): Smb1Request | undefined {
    const command = m.u8(4);
    const { facts } = this.link;
    const key = keyOf(pid, mid);
    const origin = this.link.origin(m, command, mid, pid);
    const isSecondary =
      command === smb1.TRANSACTION_SECONDARY ||
      command === smb1.TRANSACTION2_SECONDARY ||
      command === smb1.NT_TRANSACT_SECONDARY;
    this.invariants.request(origin, command, key, parts, m);
    if (isSecondary) {
      secondaryRequest(this, m, this.pending.get(key), origin);
      return undefined;
    }
    if (command === smb1.NT_CANCEL) return undefined;
    const request = new Smb1Request(origin);
    request.session = this.sessions.get(m.u16(28));
    request.treeId = m.u16(24);
    request.tree = this.trees.get(request.treeId);
    for (const part of parts) this.ask(m, part, request);
    const { client } = facts.protection;
    // Windows sets the second flag also where it does not sign at all.
    const flags2 = m.u16(10);
    if ((flags2 & FLAG_SIGNED) !== 0) {
      client.signingOffered = true;
      client.signingRequired = client.signingRequired === true || (flags2 & FLAG_SIGNING_REQUIRED) !== 0;
    }
    if (command !== smb1.NEGOTIATE) facts.isSmb1Used = true;
    this.countSigning(m, command);
    this.pending.add(key, request);
    return command === smb1.NEGOTIATE ? request : undefined;
  }

  private ask(m: Message, part: Smb1Part, request: Smb1Request): void {
    switch (part.command) {
      case smb1.NEGOTIATE:
        return negotiateRequest(this, m, part, request);
      case smb1.SESSION_SETUP_ANDX:
        return logonRequest(this, m, part, request);
      case smb1.TREE_CONNECT:
      case smb1.TREE_CONNECT_ANDX:
        return treeRequest(m, part, request);
      case smb1.TRANSACTION:
      case smb1.TRANSACTION2:
      case smb1.NT_TRANSACT:
        return transactionRequest(this, m, part, request);
      default:
        return fileRequest(this, m, part, request);
    }
  }

  private response(m: Message, parts: readonly Smb1Part[], pid: number, mid: number): void {
    const key = keyOf(pid, mid);
    const command = m.u8(4);
    const status = statusOf(m);
    const request = this.pending.get(key);
    this.invariants.response(this.link.origin(m, command, mid, pid), command, pid, mid, status, request);
    this.countSigning(m, command);
    if (request === undefined || request.command !== command) {
      this.link.facts.quality.requestsMissing++;
      return;
    }
    for (const [i, part] of parts.entries()) {
      // The status is that of the last command that was carried out.
      this.answer(m, part, request, i === parts.length - 1 ? status : 0);
    }
    if (!isInterim(command, status, parts[0])) this.pending.delete(key);
  }

  private answer(m: Message, part: Smb1Part, request: Smb1Request, status: number): void {
    const ask = request.ask(part.command);
    switch (part.command) {
      case smb1.NEGOTIATE:
        return negotiateAnswer(this, m, part, request, status);
      case smb1.SESSION_SETUP_ANDX:
        return logonAnswer(this, m, part, request, status);
      case smb1.LOGOFF_ANDX:
        if (status === 0) this.logoff(request);
        return;
      case smb1.TREE_CONNECT:
      case smb1.TREE_CONNECT_ANDX:
        return treeAnswer(this, m, part, request, status);
      case smb1.TREE_DISCONNECT:
        if (status === 0) this.disconnectTree(request);
        return;
    }
    if (ask === undefined) return;
    if (ask.transaction !== undefined) transactionAnswer(this, m, part, request, ask.transaction, status);
    else fileAnswer(this, m, part, request, ask, status);
  }

  /** Whether a message answers a request that is still to come; only a connection seen whole can tell. */
  isEarly(m: Message): boolean {
    if ((m.u8(9) & FLAG_RESPONSE) === 0) return false;
    const pid = m.u16(26) + m.u16(12) * 65_536;
    return !this.invariants.isKnown(keyOf(pid, m.u16(30)), m.u8(4), m.u16(30));
  }

  /** How much of a message is worth keeping. */
  wanted(m: Message): number {
    const { limits } = this.link.state;
    switch (m.u8(4)) {
      case smb1.NEGOTIATE:
      case smb1.SESSION_SETUP_ANDX:
      case smb1.TRANSACTION:
      case smb1.TRANSACTION_SECONDARY:
      case smb1.NT_TRANSACT:
      case smb1.NT_CREATE_ANDX:
        return limits.messageCollectLong;
      case smb1.READ_ANDX:
      case smb1.WRITE_ANDX: {
        const isPipe = isPipeTree(this.trees.get(m.u16(24)));
        return isPipe === false ? limits.messageCollect : limits.messageCollectLong;
      }
      default:
        return limits.messageCollect;
    }
  }

  /** Remembers an open file. */
  add(fid: number, handle: Handle): void {
    const before = this.handles.get(fid);
    if (before !== undefined) this.close(fid, undefined);
    if (this.files.isFull(this.handles.size)) {
      for (const oldest of this.handles.keys()) {
        this.close(oldest, undefined);
        break;
      }
    }
    this.handles.set(fid, handle);
    this.files.hold(handle);
  }

  /** @returns the open file; one of which only the number is known when its open was not seen */
  handle(fid: number, request: Smb1Request): Handle {
    const known = this.handles.get(fid);
    if (known !== undefined) return known;
    const handle = new Handle(request.tree, request, undefined);
    handle.isPipe = isPipeTree(request.tree);
    this.add(fid, handle);
    return handle;
  }

  close(fid: number, session: Session | undefined): void {
    const handle = this.handles.get(fid);
    if (handle === undefined) return;
    this.handles.delete(fid);
    this.files.close(session ?? handle.session, handle, 'close');
  }

  /** Sessions of SMB1 end with their connection. */
  endSession(session: Session): void {
    if (this.sessions.delete(session.idLow)) this.link.state.openSessions--;
  }

  /** A new session; the oldest is forgotten when there are too many. */
  addSession(uid: number): Session {
    const { state } = this.link;
    const isFull = this.sessions.size >= state.limits.sessions;
    if (isFull || state.openSessions >= state.limits.sessionsTotal) {
      state.reach(isFull ? 'sessions' : 'sessionsTotal');
      for (const oldest of this.sessions.values()) {
        this.endSession(oldest);
        break;
      }
    }
    const session = new Session(uid, 0);
    this.sessions.set(uid, session);
    state.openSessions++;
    return session;
  }

  /**
   * The connection ended.
   *
   * @param isSmb2 the negotiation was answered in SMB2
   */
  end(isSmb2: boolean): void {
    this.pieces.end();
    for (const request of this.pending.values()) {
      const dialects = request.ask(smb1.NEGOTIATE)?.dialects;
      if (dialects !== undefined && !isSmb2) unansweredNegotiation(this, request, dialects);
      const credentials = request.ask(smb1.SESSION_SETUP_ANDX)?.credentials;
      if (credentials !== undefined && request.session?.pendingLogon !== credentials) {
        tellLogon(this.link, request, request.session, credentials, 'unknown', 0, 1);
      }
    }
    this.pending.clear();
    for (const fid of this.handles.keys()) this.close(fid, undefined);
    for (const session of this.sessions.values()) {
      const { pendingLogon } = session;
      if (pendingLogon === undefined || session.isLoggedOn) continue;
      tellLogon(this.link, pendingLogon.origin, session, pendingLogon, 'unknown', 0, 1);
    }
    this.link.state.openSessions -= this.sessions.size;
    this.sessions.clear();
  }

  private logoff(request: Smb1Request): void {
    const { session } = request;
    if (session === undefined) return;
    for (const [fid, handle] of this.handles) if (handle.session === session) this.close(fid, session);
    tellLogoff(this.link, request, session, 1);
    this.endSession(session);
  }

  private disconnectTree(request: Smb1Request): void {
    const { tree } = request;
    if (tree === undefined) return;
    for (const [fid, handle] of this.handles) if (handle.tree === tree) this.close(fid, request.session);
    this.trees.delete(request.treeId);
  }

  private countSigning(m: Message, command: number): void {
    const isLogon =
      command === smb1.NEGOTIATE || command === smb1.SESSION_SETUP_ANDX || command === smb1.TREE_CONNECT_ANDX;
    if (!isLogon && m.has(14, 8)) this.link.facts.protection.countPlain(m.side, isSigned(m));
  }
}

/** @returns one number for both ids; the uid and tid of an answer may be new and tell nothing */
export function keyOf(pid: number, mid: number): number {
  return pid * 65_536 + mid;
}

/** A server says "go on" to a transaction that comes in pieces; the real answer is still to come. */
function isInterim(command: number, status: number, part: Smb1Part | undefined): boolean {
  const isTransaction = command === smb1.TRANSACTION || command === smb1.TRANSACTION2 || command === smb1.NT_TRANSACT;
  return isTransaction && status === 0 && part?.wordCount === 0;
}
