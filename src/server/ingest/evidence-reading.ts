/** Evidence of any size on its way to the store: what was read is written while the next is read, and memory does not grow. */
import { FaultLog, formatFault } from '../../base/fault.ts';
import type { EventView } from '../../event/view.ts';
import type { ReadContext, ReadResult } from '../../sources/input/read.ts';
import type { SourceSettings } from '../../sources/source.ts';
import { sources } from '../../sources/registry.ts';
import type { Delivery, DeliveryOutcome } from './delivery.ts';
import type { Intake } from './intake.ts';
import type { Sender } from './senders.ts';

/** What became of evidence. */
export interface EvidenceOutcome {
  /** Events that are new. */
  readonly created: number;
  /** Events that were there. */
  readonly known: number;
  /** Places that could not be read; each is among the dead letters. */
  readonly unreadable: number;
  /** Records that hold no event, by reason. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly files: readonly ReadResult[];
  /** Why the store could not write some of it; reading it again loses and doubles nothing. */
  readonly failure: string | undefined;
}

/** See the head of this file. */
export class EvidenceReading {
  private readonly intake: Intake;
  private readonly sender: Sender;
  private readonly settings: SourceSettings;
  private readonly faults = new FaultLog();
  private readonly skipped = new Map<string, number>();
  private delivery: Delivery;
  private events = 0;
  private writing: Promise<DeliveryOutcome> | undefined;
  private created = 0;
  private known = 0;
  private failure: Error | undefined;

  /** @param idScope within which identities hold that documents choose, see `SourceSettings` */
  constructor(intake: Intake, sender: Sender, idScope: string | undefined) {
    this.settings = { ...intake.settings, idScope };
    this.intake = intake;
    this.sender = sender;
    this.delivery = intake.deliver(sender);
  }

  /**
   * Reads with what is made here; see {@link ReadContext}.
   *
   * @param read calls one of the readers of inputs with the context
   */
  async run(read: (context: ReadContext) => Promise<readonly ReadResult[]>): Promise<EvidenceOutcome> {
    const { intake, sender, faults, skipped } = this;
    const files = await read({
      sources: sources.all,
      networks: intake.networks,
      settings: this.settings,
      faults,
      sink: (event) => this.take(event),
      skipped: (reason, count) => skipped.set(reason, (skipped.get(reason) ?? 0) + count),
      progress: (bytes) => {
        sender.bytes += bytes;
      },
      isStopped: () => intake.isStopping || this.failure !== undefined,
      whenReady: () => (this.events >= intake.limits.writeEvents ? this.write() : undefined),
    });
    const unreadable = this.tellFaults(files);
    await this.write();
    await this.settle();
    return {
      created: this.created,
      known: this.known,
      unreadable,
      skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
      files,
      failure: this.failure?.message ?? (intake.isStopping ? 'the server is stopping' : undefined),
    };
  }

  private take(event: EventView): void {
    this.events++;
    this.delivery.sink(event);
  }

  /** What was read goes to the store; what went before it must have got there. */
  private async write(): Promise<void> {
    const { delivery } = this;
    this.delivery = this.intake.deliver(this.sender);
    this.events = 0;
    await this.settle();
    this.writing = delivery.stored();
  }

  private async settle(): Promise<void> {
    const outcome = await this.writing;
    this.writing = undefined;
    if (!outcome) return;
    this.created += outcome.created;
    this.known += outcome.known;
    this.failure ??= outcome.failure;
  }

  /** What is damaged goes to the dead letters in words: the bytes stand in the file. @returns how many places */
  private tellFaults(files: readonly ReadResult[]): number {
    let count = 0;
    for (const { file, problem } of files) {
      if (problem === undefined) continue;
      this.delivery.unreadable(problem, Buffer.from(file));
      count++;
    }
    for (const group of this.faults.list()) {
      const [first] = group.samples;
      if (!first || first.isAssumption) continue;
      const more = group.count > 1 ? ` (and ${group.count - 1} more of this kind)` : '';
      this.delivery.unreadable(`${first.message}${more}`, Buffer.from(formatFault(first)));
      count += group.count;
    }
    return count;
  }
}
