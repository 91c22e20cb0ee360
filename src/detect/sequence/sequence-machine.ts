/**
 * The state machine of EQL sequences, fed with events in their total order by whoever has them: a scan of files, a
 * scheduled run, a live watch. For each key it holds one beginning for each positive step, the most recent one:
 *
 *     for each positive step k an event satisfies, from the last to the first:
 *       k is the first:  slot[1] = [event]
 *       else:            take slot[k-1]; within maxspan of its first event it becomes slot[k], or a completed sequence
 *     then, if the event satisfies `until`: every slot of the key is emptied
 *
 * Missing steps (`![…]`) never touch the slots: they are remembered as times and judged when the positive steps are
 * complete; behind the last one, when time has passed. Not every combination is reported; that is the meaning of a sequence.
 */
import { compareEvents, type EventOrder, type LegPart } from '../executors/leg-matches.ts';
import { extend, isAllowed, noteInGap, type Beginning } from './beginning.ts';
import { PendingSequences } from './pending-sequences.ts';
import { rolesOf, type LegRoles, type SequencePlan } from './sequence-plan.ts';
import { isBeyond } from './span.ts';

/** A completed sequence. */
export interface SequenceMatch<M> {
  readonly key: string;
  /** Events of the positive steps, in their order. */
  readonly events: readonly M[];
}

/** Bounds of a machine, and who is told. */
export interface SequenceOptions<M> {
  /** Keys held at the same time; the one that was touched longest ago goes. */
  readonly maxKeys: number;
  /** Completed sequences that wait for time to pass. */
  readonly maxPending: number;
  readonly onMatch: (match: SequenceMatch<M>) => void;
  readonly onKeyDropped: () => void;
  readonly onPendingDropped: () => void;
}

/** What is known of one key. */
interface KeyState<M> {
  /** Beginnings by the last positive step they hold. */
  readonly slots: (Beginning<M> | undefined)[];
  /** Latest match of a leading missing step, and the latest one of another time before it. */
  leading: number | undefined;
  leadingBefore: number | undefined;
  touched: number;
}

/** Everything a machine knows, as JSON. */
export interface SequenceState<M> {
  /** Keys, the one touched longest ago first. */
  readonly keys: readonly {
    readonly key: string;
    readonly slots: readonly (Beginning<M> | null)[];
    readonly leading?: number | undefined;
    readonly leadingBefore?: number | undefined;
    readonly touched: number;
  }[];
  readonly pending: readonly SequenceMatch<M>[];
}

/** Runs one sequence. `M` is what is kept of an event; it must be JSON. */
export class SequenceMachine<M extends EventOrder> {
  private readonly maxspanMs: number;
  private readonly roles: readonly LegRoles[];
  private readonly positives: number;
  private readonly waits: boolean;
  private readonly options: SequenceOptions<M>;
  private readonly pending: PendingSequences<M>;
  /** In the order in which keys were last touched. */
  private readonly keys = new Map<string, KeyState<M>>();

  constructor(plan: SequencePlan, options: SequenceOptions<M>) {
    this.maxspanMs = plan.maxspanMs ?? Number.POSITIVE_INFINITY;
    ({ roles: this.roles, positives: this.positives } = rolesOf(plan));
    this.waits = this.roles.some(({ isTrailing }) => isTrailing);
    this.options = options;
    this.pending = new PendingSequences(this.maxspanMs, options.maxPending, options.onPendingDropped);
  }

  /**
   * Takes the next event; it must not come before the last one in the order of events.
   *
   * @param event what is kept of it
   * @param parts the legs it matches, with the keys it has there
   */
  add(event: M, parts: readonly LegPart[]): void {
    // Whatever comes now has this time or a later one.
    this.advance(event.time);
    if (parts.length === 1) {
      for (const key of parts[0]!.keys) this.apply(key, event, [parts[0]!.leg]);
      return;
    }
    const byKey = new Map<string, number[]>();
    for (const { leg, keys } of parts) {
      for (const key of keys) {
        const legs = byKey.get(key);
        if (legs) legs.push(leg);
        else byKey.set(key, [leg]);
      }
    }
    for (const [key, legs] of byKey) this.apply(key, event, legs);
  }

  /** No event before this time will come any more: reports what waited for that, and forgets what cannot be completed. */
  advance(watermark: number): void {
    if (this.waits) {
      for (let match = this.pending.due(watermark); match; match = this.pending.due(watermark)) {
        this.options.onMatch(match);
      }
    }
    for (const [key, { touched }] of this.keys) {
      if (!isBeyond(touched, watermark, this.maxspanMs)) break;
      this.keys.delete(key);
    }
  }

  /** @returns sequences that are complete but for the time that has to pass; they are not reported */
  get open(): number {
    return this.waits ? this.pending.list().length : 0;
  }

  /** @returns what the machine knows, to go on from there another time */
  snapshot(): SequenceState<M> {
    const keys = [...this.keys].map(([key, { slots, leading, leadingBefore, touched }]) => {
      const copies = slots.map((slot) => (slot ? { ...slot, events: [...slot.events] } : null));
      return { key, slots: copies, leading, leadingBefore, touched };
    });
    return { keys, pending: this.pending.list() };
  }

  /** Takes over a state of the same plan; call it before anything else. */
  restore(state: SequenceState<M>): void {
    for (const { key, slots, leading, leadingBefore, touched } of state.keys) {
      const copies = slots.map((slot) => {
        if (slot === null) return undefined;
        const { events, before, gapFrom, isSpoilt } = slot;
        return { events: [...events], before, gapFrom, isSpoilt };
      });
      this.keys.set(key, { slots: copies, leading, leadingBefore, touched });
    }
    const inOrder = [...state.pending].sort((one, other) => compareEvents(one.events.at(-1)!, other.events.at(-1)!));
    for (const match of inOrder) this.pending.add(match);
  }

  private apply(key: string, event: M, legs: readonly number[]): void {
    const { time } = event;
    const state = this.keys.get(key) ?? this.newState();
    for (const leg of legs) {
      const { gaps, isLeading, isTrailing } = this.roles[leg]!;
      for (const gap of gaps) {
        const beginning = state.slots[gap];
        if (beginning) noteInGap(beginning, time);
      }
      if (isLeading && time !== state.leading) {
        state.leadingBefore = state.leading;
        state.leading = time;
      }
      if (isTrailing) this.pending.kill(key, time);
    }
    for (const step of this.stepsOf(legs)) this.take(key, state, step, event);
    if (legs.some((leg) => this.roles[leg]!.isUntil)) state.slots.fill(undefined);
    this.touch(key, state, time);
  }

  /** Positive steps, last first. */
  private stepsOf(legs: readonly number[]): readonly number[] {
    if (legs.length === 1) return this.roles[legs[0]!]!.positives;
    return legs.flatMap((leg) => this.roles[leg]!.positives).sort((one, other) => other - one);
  }

  private take(key: string, state: KeyState<M>, step: number, event: M): void {
    const { time } = event;
    let beginning: Beginning<M>;
    if (step === 0) {
      const before = state.leading === time ? state.leadingBefore : state.leading;
      beginning = { events: [event], before, gapFrom: undefined, isSpoilt: false };
    } else {
      const earlier = state.slots[step - 1];
      if (!earlier) return;
      state.slots[step - 1] = undefined;
      if (isBeyond(earlier.events[0]!.time, time, this.maxspanMs)) return;
      beginning = earlier;
      extend(beginning, event);
    }
    if (step < this.positives - 1) {
      state.slots[step] = beginning;
      return;
    }
    if (!isAllowed(beginning, this.maxspanMs)) return;
    const match = { key, events: beginning.events };
    if (this.waits) this.pending.add(match);
    else this.options.onMatch(match);
  }

  /** Keeps a key that something is known of as the one touched last. */
  private touch(key: string, state: KeyState<M>, time: number): void {
    const isKnown = this.keys.delete(key);
    if (state.leading === undefined && state.slots.every((slot) => slot === undefined)) return;
    if (!isKnown && this.keys.size >= this.options.maxKeys) {
      const [oldest] = this.keys.keys();
      if (oldest !== undefined) this.keys.delete(oldest);
      this.options.onKeyDropped();
    }
    state.touched = time;
    this.keys.set(key, state);
  }

  private newState(): KeyState<M> {
    const slots = Array.from<undefined>({ length: this.positives - 1 });
    return { slots, leading: undefined, leadingBefore: undefined, touched: 0 };
  }
}
