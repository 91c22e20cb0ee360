/** Evidence that is sent piece by piece, so that a file of any size fits through any limit of a request. */
import { readChunks } from '../../sources/input/read.ts';
import { EvidenceReading, type EvidenceOutcome } from './evidence-reading.ts';
import type { Intake } from './intake.ts';
import type { Sender } from './senders.ts';

/** One file on its way in. */
export class Upload {
  /** When a piece last came, by the intake's clock. */
  lastMs: number;
  private readonly intake: Intake;
  private readonly sender: Sender;
  private readonly outcome: Promise<EvidenceOutcome>;
  private next: { readonly piece: Buffer | undefined; readonly taken: () => void } | undefined;
  private wake: () => void = () => {};
  private isOver = false;
  /** The piece before, as long as it is read: pieces that come at once must not take each other's place. */
  private turn: Promise<void> = Promise.resolve();

  /**
   * @param name of the file, as it stands in provenance
   * @param idScope within which identities hold that its documents choose, see `SourceSettings`
   */
  constructor(intake: Intake, name: string, idScope: string | undefined) {
    this.intake = intake;
    this.lastMs = intake.now();
    this.sender = intake.senders.get('load', 'evidence');
    const reading = new EvidenceReading(intake, this.sender, idScope);
    this.outcome = reading
      .run((context) => readChunks(name, this.pieces(), context))
      .finally(() => {
        this.isOver = true;
        this.next?.taken();
      });
    // Whoever ends the upload hears of it; before that, nobody listens, and it must not end the server.
    this.outcome.catch(() => undefined);
  }

  /** @returns fulfilled when the piece was read, or nothing more is wanted */
  push(piece: Buffer): Promise<void> {
    return this.hand(piece);
  }

  /** Nothing more comes. @returns what became of it, once it is found */
  async end(): Promise<EvidenceOutcome> {
    await this.hand(undefined);
    const outcome = await this.outcome;
    await this.intake.store.events.settle();
    return outcome;
  }

  /** Nothing more comes, and nobody asks what became of it: what came is stored. */
  giveUp(): void {
    void this.hand(undefined);
  }

  private hand(piece: Buffer | undefined): Promise<void> {
    this.lastMs = this.intake.now();
    this.turn = this.turn.then(() => {
      if (this.isOver) return undefined;
      return new Promise<void>((taken) => {
        this.next = { piece, taken };
        this.wake();
      });
    });
    return this.turn;
  }

  private async *pieces(): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.next === undefined) {
        await new Promise<void>((wake) => {
          this.wake = wake;
        });
        continue;
      }
      const { piece, taken } = this.next;
      if (piece === undefined) {
        taken();
        return;
      }
      this.sender.bytes += piece.length;
      yield piece;
      this.next = undefined;
      taken();
    }
  }
}
