/** What one request brings, or a listener in a while: taken to the store, and what became of each item. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventView } from '../../event/view.ts';
import type { BulkTarget } from '../../sources/json/dialect.ts';
import type { Intake } from './intake.ts';
import { ItemReading, type ItemVerdict, type ReadItems } from './item-reading.ts';
import type { Sender } from './senders.ts';
import type { GroupOutcome, WriteGroup } from './write-group.ts';

/** What became of an item. */
export type ItemOutcome =
  | { readonly kind: 'created' | 'duplicate'; readonly id: string }
  | Exclude<ItemVerdict, { readonly kind: 'duplicate' }>
  /** The store could not write it; it may be sent again. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What became of a delivery. */
export interface DeliveryOutcome {
  /** Of each item, in order. */
  readonly items: readonly ItemOutcome[];
  /** Events that are new. */
  readonly created: number;
  /** Events that were there. */
  readonly known: number;
  /** Why some or all of it was not written. */
  readonly failure: Error | undefined;
}

/** Work is cut into slices of this length, so that other requests get their turn. */
const SLICE_MS = 8;
/** Events that are read before they go to the group. */
const READ_EVENTS = 1_000;

/** What was read, and the group that it went to. */
interface Taken {
  readonly read: ReadItems;
  /** Of each event its key in the group; undefined when the group had it. */
  readonly keys: readonly (string | undefined)[];
  readonly group: WriteGroup;
}

/** See the head of this file. It is read here, or comes from another thread by {@link Delivery.take}. */
export class Delivery {
  private readonly intake: Intake;
  private readonly sender: Sender;
  private readonly idScope: string | undefined;
  private readonly taken: Taken[] = [];
  private reading: ItemReading | undefined;
  private isInItem = false;
  private sliceBegan = performance.now();

  /** @param idScope within which identities hold that documents choose, see `SourceSettings` */
  constructor(intake: Intake, sender: Sender, idScope: string | undefined) {
    this.intake = intake;
    this.idScope = idScope;
    this.sender = sender;
  }

  /** Takes an event of the current item, or one of none; the view is not kept. */
  readonly sink = (view: EventView): void => {
    this.open().sink(view);
    if (!this.isInItem) this.takeWhenMuch();
  };

  /** One item, see {@link ItemReading.item}. */
  item(bytes: number, read: () => ItemVerdict | undefined, content: () => Buffer, target?: BulkTarget): void {
    this.isInItem = true;
    this.open().item(bytes, read, content, target);
    this.isInItem = false;
    this.takeWhenMuch();
  }

  /** What cannot be read of an item that may hold events, too; see {@link ItemReading.unreadable}. */
  unreadable(reason: string, content: Buffer, isWhole: boolean): void {
    this.open().unreadable(reason, content, isWhole);
  }

  /** What was read goes to the group that is written next. */
  take(read: ReadItems): void {
    const { group, now } = this.intake;
    const keys = group.batch.addPacked(read.events);
    for (const letter of read.letters) group.addLetter(letter);
    this.sender.read(read.counts, now());
    this.taken.push({ read, keys, group });
  }

  /** Called between items: lets others have their turn, and the store write when much waits. */
  async pause(): Promise<void> {
    await this.intake.room();
    if (performance.now() - this.sliceBegan < SLICE_MS) return;
    await nextTurn();
    this.sliceBegan = performance.now();
  }

  /** @returns what became of all of it, once it is on disk or lost */
  async stored(): Promise<DeliveryOutcome> {
    this.takeReading();
    this.intake.flush();
    const groups = await Promise.all(this.taken.map(({ group }) => group.outcome));
    const failure = groups.find((outcome) => outcome.failure)?.failure;
    const items: ItemOutcome[] = [];
    let created = 0;
    let known = 0;
    for (const [i, taken] of this.taken.entries()) {
      const { read, keys } = taken;
      known += read.counts.repeated;
      for (const key of keys) {
        if (groups[i]!.failure) break;
        if (key === undefined || groups[i]!.known.has(key)) known++;
        else created++;
      }
      for (const item of read.items) items.push(outcomeOf(item, taken, groups[i]!, failure));
    }
    this.sender.duplicates += known;
    return { items, created, known, failure };
  }

  private open(): ItemReading {
    const { store, limits, now } = this.intake;
    this.reading ??= new ItemReading({
      batches: store.events,
      sender: this.sender.name,
      letterBytes: limits.requestBytes,
      idScope: this.idScope,
      now,
    });
    return this.reading;
  }

  private takeWhenMuch(): void {
    if (this.reading!.size >= READ_EVENTS) this.takeReading();
  }

  private takeReading(): void {
    const { reading } = this;
    this.reading = undefined;
    if (reading) this.take(reading.end());
  }
}

/** @param failure of any group: a twin of the item or its dead letter may be what was not written */
function outcomeOf(
  item: ReadItems['items'][number],
  { read, keys }: Taken,
  group: GroupOutcome,
  failure: Error | undefined,
): ItemOutcome {
  if (typeof item !== 'number' && item.kind !== 'events') {
    const isLost = failure !== undefined && (item.kind === 'duplicate' || item.kind === 'unreadable');
    return isLost ? { kind: 'failed', reason: failure.message } : item;
  }
  const [first, last] = typeof item === 'number' ? [item, item + 1] : [item.first, item.last];
  // Of several events in one item the first that is new speaks for all.
  let speaker = first;
  while (speaker < last && keys[speaker] === undefined) speaker++;
  const id = read.events.ids[speaker < last ? speaker : first]!;
  if (group.failure) return { kind: 'failed', reason: group.failure.message };
  const key = speaker < last ? keys[speaker] : undefined;
  return { kind: key === undefined || group.known.has(key) ? 'duplicate' : 'created', id };
}
