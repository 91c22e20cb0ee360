/** Every limit of the analyser: what grows with the input stops here, is counted under its name, and is said in the summary. */

/** Limits by name; the numbers are settings. */
export interface SmbLimits {
  /** Longest frame; NBSS on port 139 cannot say more than 131,071. */
  readonly frameMax: number;
  /** Bytes of a message that are kept; the rest is counted. */
  readonly messageCollect: number;
  /** The same for logons, negotiations, opens, changes, ioctls and transactions. */
  readonly messageCollectLong: number;
  /** Messages of a compound. */
  readonly compoundMax: number;
  /** Links of an SMB1 chain. */
  readonly andxMax: number;
  /** Requests of a connection that wait for their answer. */
  readonly requestsPending: number;
  /** The same of all connections. */
  readonly requestsPendingTotal: number;
  /** Sessions of a server; in SMB1 of a connection. */
  readonly sessions: number;
  /** Sessions in all. */
  readonly sessionsTotal: number;
  /** Tree connects of a session. */
  readonly trees: number;
  /** Open files and pipes of a session. */
  readonly handles: number;
  /** Open files and pipes in all. */
  readonly handlesTotal: number;
  /** UTF-16 units of the names of open files and pipes in all. */
  readonly handleNames: number;
  /** Servers remembered. */
  readonly servers: number;
  /** Contexts of a negotiation. */
  readonly negotiateContexts: number;
  /** Dialects a client offers. */
  readonly dialects: number;
  /** Contexts of an open. */
  readonly createContexts: number;
  /** Elements of an ASN.1 token; its depth is what the readers descend, at most 16. */
  readonly derElements: number;
  /** UTF-16 units of a name that are kept. */
  readonly nameLength: number;
  /** Different names of a kind (users, shares, pipes ...) kept for a connection. */
  readonly distinctNames: number;
  /** Bytes of one RPC fragment. */
  readonly rpcFragment: number;
  /** Bytes of messages that are gathered, and of RPC fragments, of all connections. */
  readonly gatheredBytes: number;
  /** Presentation contexts of a pipe. */
  readonly rpcContexts: number;
  /** Calls of a pipe that wait for their answer. */
  readonly rpcCalls: number;
  /** Milliseconds within which the same refusal is one event. */
  readonly mergeWindowMs: number;
  /** Refusals that wait for repeats. */
  readonly merging: number;
  /** SMB1 transactions of a connection that wait for their pieces. */
  readonly transactions: number;
  /** Bytes of an SMB1 transaction that are joined. */
  readonly transactionBytes: number;
}

/** Name of a limit, as it is counted. */
export type LimitName = keyof SmbLimits;

/** Limits unless told otherwise. Credits allow 8,192 requests in flight and more, hence the number of those. */
export const DEFAULT_SMB_LIMITS: SmbLimits = {
  frameMax: 16_777_215,
  messageCollect: 1024,
  messageCollectLong: 65_536,
  compoundMax: 1024,
  andxMax: 32,
  requestsPending: 8192,
  requestsPendingTotal: 400_000,
  sessions: 4096,
  sessionsTotal: 100_000,
  trees: 1024,
  handles: 20_000,
  handlesTotal: 500_000,
  handleNames: 33_554_432,
  servers: 65_536,
  negotiateContexts: 32,
  dialects: 64,
  createContexts: 64,
  derElements: 256,
  nameLength: 4096,
  distinctNames: 1000,
  rpcFragment: 65_536,
  gatheredBytes: 33_554_432,
  rpcContexts: 64,
  rpcCalls: 256,
  mergeWindowMs: 60_000,
  merging: 10_000,
  transactions: 256,
  transactionBytes: 65_536,
};
