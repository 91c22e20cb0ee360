/** An open file, folder or pipe, from its open to its last close. */
import type { PipeRhythm } from '../pipe-rhythm.ts';
import type { RpcPipe } from '../rpc/rpc-pipe.ts';
import type { FileNumber } from './file-number.ts';
import type { Origin } from './origin.ts';
import type { Session } from './session.ts';
import type { Tree } from './tree.ts';

/** Times of a file, milliseconds since 1970; NaN when not said. */
export interface FileTimes {
  readonly created: number;
  readonly accessed: number;
  readonly modified: number;
  readonly changed: number;
}

/** How it was opened. */
export interface OpenFacts {
  readonly name: string | undefined;
  readonly access: number;
  readonly disposition: number;
  readonly options: number;
  readonly contexts: readonly string[];
}

/** What was done on a handle. */
export class Handle {
  /** Units its name is counted with among those of all open files; 0 when it is not remembered. */
  heldUnits = 0;
  /** Its id on the wire while it is open. */
  id: readonly [number, number, number, number] | undefined;
  /** What the server numbers it by, in versions that number each open. */
  number: FileNumber | undefined;
  readonly tree: Tree | undefined;
  readonly origin: Origin;
  readonly open: OpenFacts | undefined;
  /** Session it was opened in, where it has none of its own by the id. */
  session: Session | undefined;
  /** Path below the share; changes with a rename. */
  name: string | undefined;
  previousName: string | undefined;
  isPipe: boolean | undefined;
  isFolder = false;
  /** 0 superseded, 1 opened, 2 created, 3 overwritten; -1 not known. */
  action = -1;
  sizeBytes: number | undefined;
  times: FileTimes | undefined;
  attributes = 0;
  bytesRead = 0;
  bytesWritten = 0;
  /** Bytes that the server copied into the file by itself. */
  bytesCopied = 0;
  reads = 0;
  writes = 0;
  /** First two bytes of the content were `MZ`. */
  isProgram = false;
  isRenamed = false;
  isDeletePending = false;
  /** The first write of a new file on an admin share was told at once. */
  isWriteTold = false;
  rpc: RpcPipe | undefined;
  /** How a pipe is used, from its first bytes on. */
  rhythm: PipeRhythm | undefined;

  constructor(tree: Tree | undefined, origin: Origin, open: OpenFacts | undefined) {
    this.tree = tree;
    this.origin = origin;
    this.open = open;
    this.name = open?.name;
  }

  /** It came into being, or lost its old content, by this open. */
  get isNew(): boolean {
    return this.action === 0 || this.action === 2 || this.action === 3;
  }
}
