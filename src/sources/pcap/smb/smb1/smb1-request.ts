/** A request of SMB1 that waits for its answer. */
import type { FileChange } from '../file-change.ts';
import type { Credentials } from '../state/credentials.ts';
import type { Handle, OpenFacts } from '../state/handle.ts';
import { WireRequest } from '../state/wire-request.ts';

/** What one command of a chain asks for. */
export interface Smb1Ask {
  readonly command: number;
  readonly dialects?: readonly string[];
  readonly credentials?: Credentials;
  readonly tree?: { readonly path: string; readonly service: string };
  readonly open?: OpenFacts;
  /** The open makes a folder. */
  readonly isFolder?: boolean;
  readonly handle?: Handle | undefined;
  readonly change?: FileChange;
  /** Path of a command that acts without opening: delete, rename. */
  readonly path?: string;
  readonly isAtStart?: boolean;
  readonly isProgram?: boolean;
  readonly count?: number;
  readonly transaction?: Transaction;
}

/** What a transaction is about. */
export interface TransactionSubject {
  readonly handle: Handle | undefined;
  readonly fid: number;
  /** Information level of a change; 0 where there is none. */
  readonly level: number;
  readonly change: FileChange | undefined;
  readonly open: OpenFacts | undefined;
  readonly path: string | undefined;
  /** Path of a referral. */
  readonly referral: string | undefined;
  /** Code of a control call. */
  readonly control: number | undefined;
}

/** A transaction: primary, its secondaries, its answer. */
export interface Transaction extends TransactionSubject {
  /** Command of the primary. */
  readonly command: number;
  /** Sub-command: function of a pipe, of TRANSACTION2 or of NT_TRANSACT; -1 when none was sent. */
  readonly subcommand: number;
  readonly dataTotal: number;
  readonly parametersTotal: number;
  /** Bytes that came so far. */
  dataCount: number;
  parametersCount: number;
  readonly name: string;
}

/** One request with its chain. */
export class Smb1Request extends WireRequest {
  readonly asks: Smb1Ask[] = [];

  /** @returns what the command of the chain asked for */
  ask(command: number): Smb1Ask | undefined {
    return this.asks.find((ask) => ask.command === command);
  }
}
