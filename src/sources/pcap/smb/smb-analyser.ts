import type { OpenStream } from '../stream.ts';
import type { SmbOptions } from './options.ts';
import { SmbStream } from './smb-stream.ts';
import { SmbState } from './state/smb-state.ts';

/**
 * Reads SMB out of the connections of one capture. Sessions outlive connections, so one analyser serves them all.
 */
export class SmbAnalyser {
  private readonly state: SmbState;
  /** Makes the consumer of a connection. */
  readonly open: OpenStream;

  constructor(options: SmbOptions) {
    this.state = new SmbState(options);
    this.open = (connection) => new SmbStream(connection, this.state);
  }

  /** The capture has ended: gives out refusals that waited for repeats. Called after all connections ended. */
  finish(): void {
    this.state.teller.flush();
  }

  /** @returns how often each limit was reached, by name */
  limitsReached(): Readonly<Record<string, number>> {
    return this.state.limitsReached();
  }
}
