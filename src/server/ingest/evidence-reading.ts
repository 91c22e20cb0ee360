/** Evidence of any size on its way to the store: what was read is written while the next is read, and memory does not grow. */
import { type Fault, FaultLog, type FaultText, formatFault } from '../../base/fault.ts';
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
  /** Places that could not be read. */
  readonly unreadable: number;
  /** Dead letters that tell of them: one for each line of text, one for many places of a kind in other formats. */
  readonly letters: number;
  /** Records that hold no event, by reason. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly files: readonly ReadResult[];
  /** Why the store could not write some of it; reading it again loses and doubles nothing. */
  readonly failure: string | undefined;
}

/** Lines of one kind of damage in one file that are kept; what is said of further ones is their number. */
const MAX_KEPT_LINES = 1_000;
/** Bytes of kept lines that are written together. */
const KEPT_BYTES = 8 * 1024 * 1024;

/** Hands on what could not be read as it is met, and counts the rest. */
class EvidenceFaults extends FaultLog {
  override readonly keepsText = true;
  /** Faults whose text was handed on. */
  kept = 0;
  private readonly keep: (fault: Fault, text: FaultText) => void;
  private readonly counts = new Map<string, number>();

  constructor(keep: (fault: Fault, text: FaultText) => void) {
    super();
    this.keep = keep;
  }

  override add(fault: Fault): void {
    const { text, ...rest } = fault;
    const kind = `${fault.code}\0${fault.file}`;
    const count = this.counts.get(kind) ?? 0;
    if (!text || count >= MAX_KEPT_LINES) {
      super.add(rest);
      return;
    }
    this.counts.set(kind, count + 1);
    this.kept++;
    this.keep(fault, text);
  }
}

/** See the head of this file. */
export class EvidenceReading {
  private readonly intake: Intake;
  private readonly sender: Sender;
  private readonly settings: SourceSettings;
  private readonly faults = new EvidenceFaults((fault, text) => this.keep(fault, text));
  private readonly skipped = new Map<string, number>();
  private readonly idScope: string | undefined;
  private delivery: Delivery;
  private events = 0;
  /** Bytes of lines that could not be read, and are not written yet. */
  private keptBytes = 0;
  private letters = 0;
  private writing: Promise<DeliveryOutcome> | undefined;
  private created = 0;
  private known = 0;
  private failure: Error | undefined;

  /** @param idScope within which identities hold that documents choose, see `SourceSettings` */
  constructor(intake: Intake, sender: Sender, idScope: string | undefined) {
    this.settings = { ...intake.settings, idScope };
    this.intake = intake;
    this.sender = sender;
    this.idScope = idScope;
    this.delivery = intake.deliver(sender, idScope);
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
      whenReady: () =>
        this.events >= intake.limits.writeEvents || this.keptBytes >= KEPT_BYTES ? this.write() : undefined,
    });
    const unreadable = this.tellFaults(files);
    await this.write();
    await this.settle();
    return {
      created: this.created,
      known: this.known,
      unreadable,
      letters: this.letters,
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
    this.delivery = this.intake.deliver(this.sender, this.idScope);
    this.events = 0;
    this.keptBytes = 0;
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

  private keep({ message }: Fault, { bytes, isWhole }: FaultText): void {
    this.delivery.unreadable(message, bytes, isWhole);
    this.letters++;
    this.keptBytes += bytes.length;
  }

  /** Where no text stands the place in the file goes to the dead letters, in words. @returns how many places could not be read */
  private tellFaults(files: readonly ReadResult[]): number {
    let count = 0;
    for (const { file, problem } of files) {
      if (problem === undefined) continue;
      this.delivery.unreadable(problem, Buffer.from(file), false);
      this.letters++;
      count++;
    }
    for (const group of this.faults.list()) {
      const [first] = group.samples;
      if (!first || first.isAssumption) continue;
      const more = group.count > 1 ? ` (and ${group.count - 1} more of this kind)` : '';
      this.delivery.unreadable(`${first.message}${more}`, Buffer.from(formatFault(first)), false);
      this.letters++;
      count += group.count;
    }
    return count + this.faults.kept;
  }
}
