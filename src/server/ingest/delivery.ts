/** What one request brings, item by item, and what became of each. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventView } from '../../event/view.ts';
import { deadLetter } from './dead-letter.ts';
import type { Intake } from './intake.ts';
import type { Sender } from './senders.ts';
import type { WriteGroup } from './write-group.ts';

/** What became of an item. */
export type ItemOutcome =
  | { readonly kind: 'created' | 'duplicate'; readonly id: string }
  /** It was understood and holds no event. */
  | { readonly kind: 'empty'; readonly reason: string }
  /** It goes to the dead letters. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** It asks for what is not done here. */
  | { readonly kind: 'refused'; readonly reason: string }
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

/** An event that waits to be written. */
interface Waiting {
  readonly id: string;
  readonly group: WriteGroup;
}

/** See the head of this file. Items are handed over one after another, events within {@link Delivery.item}. */
export class Delivery {
  private readonly intake: Intake;
  private readonly sender: Sender;
  private readonly items: (Waiting | ItemOutcome)[] = [];
  private readonly waiting: Waiting[] = [];
  private repeated = 0;
  private readonly groups = new Set<WriteGroup>();
  private current: Waiting | ItemOutcome | undefined;
  private sliceBegan = performance.now();

  constructor(intake: Intake, sender: Sender) {
    this.intake = intake;
    this.sender = sender;
  }

  /** Takes an event of the current item; the view is not kept. */
  readonly sink = (view: EventView): void => {
    const { group } = this.intake;
    const id = group.batch.add(view);
    this.groups.add(group);
    this.sender.event(view, this.intake.now());
    // Of several events in one item the first that is new speaks for all.
    if (id !== undefined) {
      const waiting = { id, group };
      this.waiting.push(waiting);
      if (this.current === undefined || 'kind' in this.current) this.current = waiting;
    } else {
      this.repeated++;
      this.current ??= { kind: 'duplicate', id: view.id() };
    }
  };

  /**
   * One item: calls `read`, within which events are handed to {@link Delivery.sink}.
   *
   * @param bytes size of the item
   * @param read hands out the events, or says why there is none
   * @param content the item as it came, for the dead letter
   */
  item(bytes: number, read: () => ItemOutcome | undefined, content: () => Buffer): void {
    this.current = undefined;
    let failure: ItemOutcome | undefined;
    try {
      failure = read();
    } catch (cause) {
      // Values are decoded when the store asks for them, so this is where a record nobody thought of shows. It costs itself alone.
      failure = { kind: 'unreadable', reason: `this record could not be read: ${messageOf(cause)}` };
    }
    this.sender.bytes += bytes;
    this.settle(this.current ?? failure ?? { kind: 'empty', reason: 'it holds no event' }, content);
  }

  private settle(outcome: Waiting | ItemOutcome, content: () => Buffer): void {
    this.items.push(outcome);
    if (!('kind' in outcome)) return;
    if (outcome.kind === 'empty') this.sender.empty(outcome.reason);
    if (outcome.kind === 'unreadable') this.unreadable(outcome.reason, content());
  }

  /** Called between items: lets others have their turn, and the store write when much waits. */
  async pause(): Promise<void> {
    while (this.intake.isFull) {
      const { group } = this.intake;
      this.intake.flush();
      // While a write is going on the group stays open and full: it is written next.
      if (this.intake.group === group) await this.intake.written();
    }
    if (performance.now() - this.sliceBegan < SLICE_MS) return;
    await nextTurn();
    this.sliceBegan = performance.now();
  }

  /** What cannot be read of an item that may hold events, too. */
  unreadable(reason: string, content: Buffer): void {
    this.sender.unreadable++;
    const { group, limits, now } = this.intake;
    group.addLetter(deadLetter(this.sender.name, reason, content, now(), limits.deadLetterBytes));
    this.groups.add(group);
  }

  /** @returns what became of all of it, once it is on disk or lost */
  async stored(): Promise<DeliveryOutcome> {
    this.intake.flush();
    const outcomes = new Map(
      await Promise.all([...this.groups].map(async (group) => [group, await group.outcome] as const)),
    );
    const failure = [...outcomes.values()].find((outcome) => outcome.failure)?.failure;
    let known = this.repeated;
    let created = 0;
    for (const { id, group } of this.waiting) {
      const outcome = outcomes.get(group)!;
      if (outcome.failure) continue;
      if (outcome.known.has(id)) known++;
      else created++;
    }
    this.sender.duplicates += known;
    const items = this.items.map((item): ItemOutcome => {
      if ('kind' in item) {
        // A twin of it or its dead letter may be what was not written.
        const isLost = failure !== undefined && (item.kind === 'duplicate' || item.kind === 'unreadable');
        return isLost ? { kind: 'failed', reason: failure.message } : item;
      }
      const outcome = outcomes.get(item.group)!;
      if (outcome.failure) return { kind: 'failed', reason: outcome.failure.message };
      return { kind: outcome.known.has(item.id) ? 'duplicate' : 'created', id: item.id };
    });
    return { items, created, known, failure };
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
