/**
 * SMB2 and 3 on one connection: headers, compounds, answers that find their requests, and what protects the messages.
 * Sessions belong to the server, since they may use several connections.
 */
import { FileWork } from '../file-work.ts';
import type { Link } from '../link.ts';
import type { Message } from '../message.ts';
import type { Handle } from '../state/handle.ts';
import type { Origin } from '../state/origin.ts';
import { PendingRequests } from '../state/pending-requests.ts';
import { Session, type SessionHome } from '../state/session.ts';
import { tellLogoff, tellLogon } from '../events/session-event.ts';
import { close, create, createAnswer } from './files.ts';
import { control, controlAnswer, isValidation } from './ioctl.ts';
import { logon, logonAnswer } from './logon.ts';
import { negotiate, negotiateAnswer, unansweredNegotiation } from './negotiate.ts';
import { setInfo, setInfoAnswer } from './set-info.ts';
import * as smb2 from './smb2-commands.ts';
import { type FileReference, Smb2Request } from './smb2-request.ts';
import { readAnswer, readRequest, writeAnswer, writeRequest } from './transfer.ts';
import { treeConnect, treeConnectAnswer } from './trees.ts';

/** All bits set: inherit from the message before in the compound, or no id at all. */
const ALL = 0xffffffff;

/** Structure size of the header. */
const HEADER_SIZE = 64;

/** What later messages of a compound inherit. */
interface Compound {
  frameOffset: number;
  session: Session | undefined;
  treeId: number;
  handle: Handle | undefined;
  file: FileReference | undefined;
}

/** The messages of one connection. */
export class Smb2Conversation implements SessionHome {
  readonly link: Link;
  readonly files: FileWork;
  readonly pending: PendingRequests<Smb2Request>;
  /** What the last negotiation offered, to see whether a validation agrees. */
  negotiated: { dialects: readonly number[]; mode: number; chosen: number; serverMode: number } | undefined;
  /** The answer to an SMB1 negotiation may be one of SMB2. */
  smb1Offer: { origin: Origin; dialects: readonly string[] } | undefined;
  /** Highest message ids seen, for the search after a hole. */
  readonly highest: [request: number, response: number] = [-1, -1];
  /** Sessions that used this connection, by id. */
  readonly sessions = new Set<Session>();
  private readonly compounds: [Compound, Compound] = [newCompound(), newCompound()];

  constructor(link: Link) {
    this.link = link;
    this.files = new FileWork(link, 2);
    this.pending = new PendingRequests(link.state);
  }

  /** @returns request with the id, if it waits */
  find(idLow: number, idHigh: number): Smb2Request | undefined {
    const request = this.pending.get(idKey(idLow, idHigh));
    return request?.idLow === idLow && request.idHigh === idHigh ? request : undefined;
  }

  /** Whether a message answers a request that is still to come: its id is higher than any asked so far. */
  isEarly(m: Message): boolean {
    if ((m.u32(16) & smb2.FLAG_RESPONSE) === 0 || m.u32(28) === ALL || m.u16(4) !== HEADER_SIZE) return false;
    if (this.highest[0] < 0 && (!this.link.tcp.sawHandshake || this.smb1Offer !== undefined)) return false;
    return idKey(m.u32(24), m.u32(28)) > this.highest[0];
  }

  /** Takes one message. */
  message(m: Message): void {
    if (m.u16(4) !== HEADER_SIZE) return this.link.state.fault('smb.header', 'an SMB2 header says that it is none');
    const command = m.u16(12);
    const flags = m.u32(16);
    const { facts } = this.link;
    facts.isSmb2Used = true;
    facts.smb2Messages[Math.min(command, smb2.NOTIFICATION + 1)]!++;
    const isResponse = (flags & smb2.FLAG_RESPONSE) !== 0;
    this.link.settleRoles(m.side, isResponse);
    const idLow = m.u32(24);
    const idHigh = m.u32(28);
    if (idHigh !== ALL) {
      const id = idKey(idLow, idHigh);
      const which = isResponse ? 1 : 0;
      if (id > this.highest[which]) this.highest[which] = id;
    }
    if (isResponse) this.response(m, command, flags, idLow, idHigh);
    else this.request(m, command, flags, idLow, idHigh);
    this.link.judge(m);
  }

  private request(m: Message, command: number, flags: number, idLow: number, idHigh: number): void {
    if (command === smb2.CANCEL) return;
    const request = new Smb2Request(this.link.origin(m, command, idLow, idHigh));
    const compound = this.inherit(m, flags, request);
    switch (command) {
      case smb2.NEGOTIATE:
        negotiate(this, m, request);
        break;
      case smb2.SESSION_SETUP:
        logon(this, m, request);
        break;
      case smb2.TREE_CONNECT:
        treeConnect(m, request);
        break;
      case smb2.CREATE:
        create(this, m, request);
        compound.file = request.file;
        compound.handle = undefined;
        break;
      case smb2.CLOSE:
        this.locate(m, 72, request, compound);
        break;
      case smb2.READ:
        this.locate(m, 80, request, compound);
        readRequest(m, request);
        break;
      case smb2.WRITE:
        this.locate(m, 80, request, compound);
        writeRequest(this, m, request);
        break;
      case smb2.IOCTL:
        this.locate(m, 72, request, compound);
        control(this, m, request);
        break;
      case smb2.SET_INFO:
        this.locate(m, 80, request, compound);
        setInfo(m, request);
        break;
    }
    if (isOrdinary(command, request)) this.link.facts.protection.countPlain(m.side, (flags & smb2.FLAG_SIGNED) !== 0);
    this.pending.add(idKey(idLow, idHigh), request);
  }

  private response(m: Message, command: number, flags: number, idLow: number, idHigh: number): void {
    const status = m.u32(8);
    const request = this.find(idLow, idHigh);
    if (status === smb2.STATUS_PENDING) return;
    if (request !== undefined) this.pending.delete(idKey(idLow, idHigh));
    const isNotice = command === smb2.NOTIFICATION || (command === smb2.OPLOCK_BREAK && idHigh === ALL);
    if (request === undefined && !isNotice && !(command === smb2.NEGOTIATE && this.smb1Offer !== undefined)) {
      this.link.facts.quality.requestsMissing++;
    }
    const known = request?.command === command ? request : undefined;
    const isUnsignable = status === smb2.STATUS_SESSION_DELETED || status === smb2.STATUS_SESSION_EXPIRED;
    if (!isNotice && !isUnsignable && isOrdinary(command, known)) {
      this.link.facts.protection.countPlain(m.side, (flags & smb2.FLAG_SIGNED) !== 0);
    }
    switch (command) {
      case smb2.NEGOTIATE:
        return negotiateAnswer(this, m, known, status);
      case smb2.SESSION_SETUP:
        return logonAnswer(this, m, known, status);
    }
    if (known === undefined) return;
    switch (command) {
      case smb2.LOGOFF:
        if (status === 0 && known.session !== undefined) this.logoff(known.session, known);
        break;
      case smb2.TREE_CONNECT:
        return treeConnectAnswer(this, m, known, status);
      case smb2.TREE_DISCONNECT:
        if (status === 0) this.disconnectTree(known);
        break;
      case smb2.CREATE:
        return createAnswer(this, m, known, status);
      case smb2.CLOSE:
        return close(this, m, known, status);
      case smb2.READ:
        return readAnswer(this, m, known, status);
      case smb2.WRITE:
        return writeAnswer(this, m, known, status);
      case smb2.IOCTL:
        return controlAnswer(this, m, known, status);
      case smb2.SET_INFO:
        return setInfoAnswer(this, known, status);
    }
  }

  /** Session and tree of a request; related messages take those of the one before. */
  private inherit(m: Message, flags: number, request: Smb2Request): Compound {
    const compound = this.compounds[m.side];
    const isRelated = (flags & smb2.FLAG_RELATED) !== 0 && m.index > 0 && compound.frameOffset === m.frameOffset;
    if (!isRelated) {
      compound.frameOffset = m.frameOffset;
      compound.handle = undefined;
      compound.file = undefined;
      compound.session = this.session(m.u32(40), m.u32(44), request.command !== smb2.SESSION_SETUP);
      compound.treeId = (flags & smb2.FLAG_ASYNC) !== 0 ? 0 : m.u32(36);
    } else {
      const low = m.u32(40);
      if (low !== ALL || m.u32(44) !== ALL) compound.session = this.session(low, m.u32(44), true) ?? compound.session;
      const treeId = m.u32(36);
      if (treeId !== ALL && treeId !== 0) compound.treeId = treeId;
    }
    request.session = compound.session;
    request.treeId = compound.treeId;
    request.tree = compound.session?.trees.get(compound.treeId);
    return compound;
  }

  /** The file that a request names by its id. */
  private locate(m: Message, offset: number, request: Smb2Request, compound: Compound): void {
    if (!m.has(offset, 16)) return;
    const a = m.u32(offset);
    const b = m.u32(offset + 4);
    const c = m.u32(offset + 8);
    const d = m.u32(offset + 12);
    if (a === ALL && b === ALL && c === ALL && d === ALL) {
      request.handle = compound.handle;
      request.file = compound.file;
      return;
    }
    request.handle = request.session?.handles.get(a, b, c, d);
    if (request.handle === undefined && request.session !== undefined) {
      request.handle = this.files.unknownHandle(request.session, request.tree, request, a, b, c, d);
    }
    compound.handle = request.handle;
    compound.file = undefined;
  }

  /**
   * @param isMade whether a session nobody saw being set up is remembered
   * @returns the session with the id
   */
  session(idLow: number, idHigh: number, isMade: boolean): Session | undefined {
    if ((idLow === 0 && idHigh === 0) || (idLow === ALL && idHigh === ALL)) return undefined;
    const { sessions } = this.link.server;
    let session = sessions.get(idLow, idHigh);
    if (session === undefined && isMade) {
      this.makeRoom();
      session = new Session(idLow, idHigh);
      sessions.set(session, idLow, idHigh);
      this.link.state.openSessions++;
    }
    if (session !== undefined) this.join(session);
    return session;
  }

  /** The session uses this connection, too. */
  join(session: Session): void {
    if (this.sessions.has(session)) return;
    this.sessions.add(session);
    session.channels.add(this);
    const { credentials } = session;
    if (credentials === undefined || !session.isLoggedOn) return;
    this.link.facts.addCredentials(credentials);
    this.link.facts.addUser(credentials);
  }

  private makeRoom(): void {
    const { server, state } = this.link;
    const isFull = server.sessions.size >= state.limits.sessions;
    if (!isFull && state.openSessions < state.limits.sessionsTotal) return;
    state.reach(isFull ? 'sessions' : 'sessionsTotal');
    const oldest = server.sessions.oldest();
    if (oldest === undefined) return;
    // Its files were opened over another connection, whose addresses their events bear.
    const [home] = oldest.channels;
    (home ?? this).endSession(oldest);
  }

  /** The connection ended: sessions that use no other one end with it, and so do logons and negotiations without answer. */
  end(): void {
    for (const request of this.pending.values()) this.unanswered(request);
    this.pending.clear();
    for (const session of this.sessions) {
      session.channels.delete(this);
      if (session.channels.size > 0) continue;
      if (session.pendingLogon !== undefined && !session.isLoggedOn) {
        tellLogon(this.link, session.pendingLogon.origin, session, session.pendingLogon, 'unknown', 0, 2);
      }
      this.endSession(session);
    }
    this.sessions.clear();
  }

  private unanswered(request: Smb2Request): void {
    const { negotiate: offer, credentials, session } = request;
    if (offer !== undefined) unansweredNegotiation(this, request, offer);
    if (credentials !== undefined && session?.pendingLogon !== credentials) {
      tellLogon(this.link, request, session, credentials, 'unknown', 0, 2);
    }
  }

  private logoff(session: Session, origin: Origin): void {
    tellLogoff(this.link, origin, session, 2);
    this.endSession(session);
  }

  /** Everything open in a session is closed, and it is forgotten. */
  endSession(session: Session): void {
    for (const handle of session.handles.values()) {
      this.files.release(handle);
      this.files.closed(session, handle, 'close');
    }
    session.handles.clear();
    session.trees.clear();
    this.sessions.delete(session);
    if (this.link.server.sessions.delete(session.idLow, session.idHigh) !== undefined) this.link.state.openSessions--;
  }

  private disconnectTree({ session, tree, treeId }: Smb2Request): void {
    if (session === undefined || tree === undefined) return;
    session.trees.delete(treeId);
    for (const handle of session.handles.values()) {
      if (handle.tree === tree) this.files.close(session, handle, 'close');
    }
  }
}

/**
 * Whether a message says something about signing. The end of a logon, tree connects and validations are signed also where
 * nobody signs.
 */
function isOrdinary(command: number, request: Smb2Request | undefined): boolean {
  if (command <= smb2.SESSION_SETUP || command === smb2.TREE_CONNECT || command === smb2.OPLOCK_BREAK) return false;
  return command !== smb2.IOCTL || !isValidation(request);
}

/** Ids beyond 2^53 may fall together; the whole id is compared then. */
function idKey(idLow: number, idHigh: number): number {
  return idHigh * 4_294_967_296 + idLow;
}

function newCompound(): Compound {
  return { frameOffset: -1, session: undefined, treeId: 0, handle: undefined, file: undefined };
}
