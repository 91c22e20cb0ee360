/** A request that waits for its answer, with what the answer will need of it. */
import type { FileChange } from '../file-change.ts';
import type { Credentials } from '../state/credentials.ts';
import type { Handle, OpenFacts } from '../state/handle.ts';
import { WireRequest } from '../state/wire-request.ts';
import type { NegotiateRequest } from './negotiate-message.ts';

/** The file that a compound opens: its later messages refer to it before it has an id. */
export interface FileReference {
  handle: Handle | undefined;
}

/** A control call. */
export interface ControlCall {
  readonly code: number;
  /** Names in its input, such as the path of a referral. */
  readonly name?: string | undefined;
  /** Input of a validation: capabilities, GUID, mode, dialects. */
  readonly validation?: { readonly mode: number; readonly dialects: readonly number[] } | undefined;
}

/** One request. */
export class Smb2Request extends WireRequest {
  /** The file it is about, when its id was known. */
  handle: Handle | undefined;
  /** The file it is about or opens, inside a compound. */
  file: FileReference | undefined;
  open: OpenFacts | undefined;
  treePath: string | undefined;
  negotiate: NegotiateRequest | undefined;
  credentials: Credentials | undefined;
  /** The logon binds another connection to a session. */
  isBinding = false;
  change: FileChange | undefined;
  control: ControlCall | undefined;
  /** READ and WRITE: at the start of the file. */
  isAtStart = false;
  /** WRITE: the bytes begin with `MZ`. */
  isProgram = false;

  /** The file, whether its id was known at once or came with the answer to an open of the same compound. */
  get target(): Handle | undefined {
    return this.handle ?? this.file?.handle;
  }
}
