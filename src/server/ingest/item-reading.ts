/**
 * Items become events, in whatever thread: what came of each is gathered as plain data, which the main thread takes to the
 * store. One is made for each request, or for what a listener brings in a while.
 */
import { fieldId } from '../../event/field.ts';
import { type EventView, firstText } from '../../event/view.ts';
import type { EventBatches, PackedEvents } from '../../store/event-store.ts';
import type { DeadLetter, LetterOrigin } from '../../store/dead-letter-store.ts';
import type { BulkTarget } from '../../sources/json/dialect.ts';
import { deadLetter } from './dead-letter.ts';

/** What became of an item that holds no new event, without asking the store. */
export type ItemVerdict =
  | { readonly kind: 'duplicate'; readonly id: string }
  /** It was understood and holds no event. */
  | { readonly kind: 'empty'; readonly reason: string }
  /** It goes to the dead letters; when it gave events, only if something was left that is in none of them. */
  | {
      readonly kind: 'unreadable';
      readonly reason: string;
      readonly isRest?: boolean;
      /** Whether it can be read again by itself; true unless given. */
      readonly isWhole?: boolean;
    }
  /** It asks for what is not done here. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Events of an item, by their numbers: `first` up to `last`. */
export interface ItemEvents {
  readonly kind: 'events';
  readonly first: number;
  readonly last: number;
}

/** What was counted while items were read. */
export interface ItemCounts {
  events: number;
  bytes: number;
  /** Events that came twice. */
  repeated: number;
  unreadable: number;
  /** Events by dataset. */
  readonly datasets: Map<string, number>;
  /** Items without event, by reason. */
  readonly empties: Map<string, number>;
}

/** What came of items: plain data that can be posted. */
export interface ReadItems {
  readonly events: PackedEvents;
  /** In the order of the items. An item of one event stands as its number. */
  readonly items: readonly (number | ItemEvents | ItemVerdict)[];
  readonly letters: readonly DeadLetter[];
  readonly counts: ItemCounts;
}

/** What items are read with. */
export interface ItemReadingOptions {
  readonly batches: EventBatches;
  /** Name of the sender. */
  readonly sender: string;
  /** Bytes that are kept of what cannot be read. */
  readonly letterBytes: number;
  /** Within which identities hold that documents choose, see `SourceSettings`. */
  readonly idScope: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const DATASET = fieldId('event.dataset');

/** See the head of this file. Items are handed over one after another, events within {@link ItemReading.item}. */
export class ItemReading {
  private readonly options: ItemReadingOptions;
  private readonly batch;
  private readonly items: ReadItems['items'][number][] = [];
  private readonly letters: DeadLetter[] = [];
  private readonly counts: ItemCounts = {
    events: 0,
    bytes: 0,
    repeated: 0,
    unreadable: 0,
    datasets: new Map(),
    empties: new Map(),
  };
  /** Id of an event of the current item that was there before. */
  private repeatedId: string | undefined;

  constructor(options: ItemReadingOptions) {
    this.options = options;
    this.batch = options.batches.batch(options.now());
  }

  /** Events and dead letters so far. */
  get size(): number {
    return this.batch.size + this.letters.length;
  }

  /** Takes an event; the view is not kept. */
  readonly sink = (view: EventView): void => {
    const { counts } = this;
    if (this.batch.add(view) === undefined) {
      counts.repeated++;
      this.repeatedId ??= view.id();
    }
    counts.events++;
    add(counts.datasets, firstText(view, DATASET) ?? '(none)');
  };

  /**
   * One item: calls `read`, within which events are handed to {@link ItemReading.sink}.
   *
   * @param bytes size of the item
   * @param read hands out the events, or says why there is none
   * @param content the item as it came, for the dead letter
   * @param target id and index that a bulk request gives to it
   */
  item(bytes: number, read: () => ItemVerdict | undefined, content: () => Buffer, target?: BulkTarget): void {
    this.repeatedId = undefined;
    const first = this.batch.size;
    let failure: ItemVerdict | undefined;
    try {
      failure = read();
    } catch (cause) {
      // Values are decoded when the store asks for them, so this is where a record nobody thought of shows. It costs itself alone.
      failure = { kind: 'unreadable', reason: `this record could not be read: ${messageOf(cause)}` };
    }
    this.counts.bytes += bytes;
    this.items.push(this.outcome(first, failure, () => [content(), target]));
  }

  /**
   * What cannot be read of an item that may hold events, too.
   *
   * @param content nothing when there is nothing to keep but the reason
   * @param isWhole whether the content is a whole document or message, which can be read again
   */
  unreadable(reason: string, content: Buffer, isWhole: boolean, target?: BulkTarget): void {
    const { sender, letterBytes, idScope, now } = this.options;
    const isEmpty = content.length === 0;
    const origin: LetterOrigin = {
      isWhole: isWhole && !isEmpty,
      ...(target?.index !== undefined && { index: target.index }),
      ...(target?.id !== undefined && { documentId: target.id }),
      ...(idScope !== undefined && { idScope }),
    };
    this.counts.unreadable++;
    const kept = isEmpty ? Buffer.from(reason) : content;
    this.letters.push(deadLetter(sender, { reason, content: kept, origin }, now(), letterBytes));
  }

  /** @returns what came of all of it */
  end(): ReadItems {
    return { events: this.batch.pack(), items: this.items, letters: this.letters, counts: this.counts };
  }

  private outcome(
    first: number,
    failure: ItemVerdict | undefined,
    kept: () => [content: Buffer, target: BulkTarget | undefined],
  ): ReadItems['items'][number] {
    const keep = ({ reason, isWhole = true }: ItemVerdict & { readonly kind: 'unreadable' }) => {
      const [content, target] = kept();
      this.unreadable(reason, content, isWhole, target);
    };
    const last = this.batch.size;
    if (failure?.kind === 'unreadable' && failure.isRest === true) keep(failure);
    if (last === first + 1) return first;
    if (last > first) return { kind: 'events', first, last };
    if (this.repeatedId !== undefined) return { kind: 'duplicate', id: this.repeatedId };
    const verdict = failure ?? { kind: 'empty', reason: 'it holds no event' };
    if (verdict.kind === 'empty') add(this.counts.empties, verdict.reason);
    if (verdict.kind === 'unreadable' && verdict.isRest !== true) keep(verdict);
    return verdict;
  }
}

/** Different names that are counted in one reading. */
const MAX_NAMES = 1_000;

function add(counts: Map<string, number>, name: string): void {
  const count = counts.get(name);
  if (count !== undefined || counts.size < MAX_NAMES) counts.set(name, (count ?? 0) + 1);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
