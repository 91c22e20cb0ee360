/** A session on a server: who, on which trees, with what open. It may span several connections (multichannel). */
import { IdMap } from '../id-map.ts';
import type { Credentials } from './credentials.ts';
import type { Handle } from './handle.ts';
import type { Tree } from './tree.ts';

/** A conversation that a session takes place in. */
export interface SessionHome {
  /** Closes everything that is open and forgets the session. */
  endSession(session: Session): void;
}

/** One session. In SMB1 its id is the uid and it belongs to one connection. */
export class Session {
  readonly idLow: number;
  readonly idHigh: number;
  /** Undefined while nothing of the logon was seen. */
  credentials: Credentials | undefined;
  /** A logon that is under way: its legs so far. */
  pendingLogon: Credentials | undefined;
  isLoggedOn = false;
  /** The server demands encryption of the session. */
  isEncryptionRequired = false;
  readonly trees = new Map<number, Tree>();
  readonly handles = new IdMap<Handle>();
  /** Conversations that use it; the first is told of as its own. */
  readonly channels = new Set<SessionHome>();

  constructor(idLow: number, idHigh: number) {
    this.idLow = idLow;
    this.idHigh = idHigh;
  }
}
