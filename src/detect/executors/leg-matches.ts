/**
 * Events that match legs of a rule that several events decide. Evidence files are not in time order, so what is needed of
 * each match is kept small and walked at the end in the one total order of events: time, then tiebreaker (an event without
 * one after those with), then event id. An event that was read twice, or matches several legs, is one event there.
 */
import { compareTexts } from '../../base/order.ts';
import type { FieldValue, Scalar } from '../../event/document.ts';
import type { Provenance } from '../../event/view.ts';
import { type DocumentTicket, NO_DOCUMENT } from '../scan/kept-documents.ts';
import { SortedSpill, type SpillCodec } from '../scan/sorted-spill.ts';
import { EventClock } from './event-clock.ts';
import type { ExecutorContext, Match, Unused } from './executor.ts';

/** What an event is to one leg. */
export interface LegPart {
  readonly leg: number;
  /** Texts the leg is tied to others by: join keys, groups; several when a field has several values. */
  readonly keys: readonly string[];
  /** Values of fields the rule computes with. */
  readonly values: readonly FieldValue[];
}

/** What is kept of an event; everything in it is JSON. */
export interface LegMember {
  /** Milliseconds with microseconds as the fraction. */
  readonly time: number;
  readonly tiebreaker: Scalar | undefined;
  readonly id: string;
  readonly provenance: Provenance;
  readonly ticket: DocumentTicket;
  /** Exceptions that hold for it, where they are tested on what events make together; absent for none. */
  readonly silencers?: readonly string[] | undefined;
}

/** An event that matches at least one leg. */
export interface LegEvent extends LegMember {
  /** In order of legs, each once. */
  readonly parts: readonly LegPart[];
}

/** What orders events. */
export type EventOrder = Pick<LegMember, 'time' | 'tiebreaker' | 'id'>;

/** @returns negative, 0 or positive as one event comes before, is, or comes after the other */
export function compareEvents(one: EventOrder, other: EventOrder): number {
  return (
    one.time - other.time || compareTiebreakers(one.tiebreaker, other.tiebreaker) || compareTexts(one.id, other.id)
  );
}

/** Numbers by size before texts, and nothing behind everything. */
function compareTiebreakers(one: Scalar | undefined, other: Scalar | undefined): number {
  if (one === other) return 0;
  if (one === undefined || other === undefined) return one === undefined ? 1 : -1;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'number' || typeof other === 'number') return typeof one === 'number' ? -1 : 1;
  return compareTexts(String(one), String(other));
}

/** One match of one leg as it is kept. */
interface LegMatch extends LegMember, LegPart {}

type WrittenMatch = [
  time: number,
  tiebreaker: Scalar | null,
  id: string,
  leg: number,
  keys: string[],
  values: (Exclude<FieldValue, undefined> | null)[],
  provenance: Provenance,
  ticket: DocumentTicket,
  silencers: readonly string[] | null,
];

const LEG_MATCH_CODEC: SpillCodec<LegMatch> = {
  compare: (one, other) => compareEvents(one, other) || one.leg - other.leg,
  encode: ({ time, tiebreaker, id, leg, keys, values, provenance, ticket, silencers }) => {
    return JSON.stringify([time, tiebreaker, id, leg, keys, values, provenance, ticket, silencers]);
  },
  decode: (line) => {
    const written = JSON.parse(line) as WrittenMatch;
    const [time, tiebreaker, id, leg, keys, values, provenance, ticket, silencers] = written;
    return {
      time,
      tiebreaker: tiebreaker ?? undefined,
      id,
      leg,
      keys,
      values: values.map((value) => value ?? undefined),
      provenance,
      ticket,
      silencers: silencers ?? undefined,
    };
  },
  chars: ({ id, keys, values }) => {
    let chars = id.length;
    for (const key of keys) chars += key.length;
    for (const value of values) chars += charsOf(value);
    return chars;
  },
};

function charsOf(value: FieldValue): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object') return 0;
  return value.reduce<number>((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0);
}

/** Collects matches of legs in any order and gives events in order; memory is bounded. */
export class LegMatches implements Iterable<LegEvent> {
  private readonly matches: SortedSpill<LegMatch>;
  private readonly context: ExecutorContext;
  private readonly clock: EventClock;
  /** Document of the event seen last: one event may match several legs. */
  private last: { readonly id: string; readonly ticket: DocumentTicket } = { id: '', ticket: NO_DOCUMENT };

  constructor(context: ExecutorContext, clock = new EventClock()) {
    this.context = context;
    this.clock = clock;
    this.matches = new SortedSpill(LEG_MATCH_CODEC, context.limits['group-matches-in-memory'], context.files);
  }

  /**
   * Keeps a match; an event without time cannot be put in order and is only counted.
   *
   * @param keys what ties it to other legs
   * @param values fields the rule computes with
   * @param isShown whether the event can become part of an alert, so that its document is kept
   */
  add(match: Match, leg: number, keys: readonly string[], values: readonly FieldValue[] = [], isShown = true): void {
    const order = this.clock.orderOf(match);
    if (!order) return;
    const ticket = isShown ? this.ticketOf(match) : NO_DOCUMENT;
    const held = this.context.memberExceptions?.holdFor(match.view) ?? [];
    const silencers = held.length === 0 ? undefined : held;
    this.matches.add({ ...order, leg, keys, values, provenance: match.provenance(), ticket, silencers });
  }

  /** @returns events that could not be used, for the summary */
  unused(): readonly Unused[] {
    return this.clock.unused();
  }

  *[Symbol.iterator](): Generator<LegEvent> {
    let event: LegMatch | undefined;
    let parts: LegPart[] = [];
    let ticket = NO_DOCUMENT;
    for (const match of this.matches) {
      if (event && compareEvents(event, match) !== 0) {
        yield toEvent(event, ticket, parts);
        event = undefined;
      }
      if (!event) {
        event = match;
        parts = [];
        ticket = NO_DOCUMENT;
      }
      if (ticket === NO_DOCUMENT) ({ ticket } = match);
      // The same leg once more: the event was read twice, when too many were seen to remember them all.
      if (parts.at(-1)?.leg !== match.leg) parts.push({ leg: match.leg, keys: match.keys, values: match.values });
    }
    if (event) yield toEvent(event, ticket, parts);
  }

  private ticketOf(match: Match): DocumentTicket {
    if (this.last.id !== match.id || this.last.ticket === NO_DOCUMENT) {
      this.last = { id: match.id, ticket: this.context.documents.keep(match.document()) };
    }
    return this.last.ticket;
  }
}

function toEvent(match: LegMatch, ticket: DocumentTicket, parts: readonly LegPart[]): LegEvent {
  const { time, tiebreaker, id, provenance, silencers } = match;
  return { time, tiebreaker, id, provenance, ticket, parts, ...(silencers && { silencers }) };
}
