/**
 * EQL samples: for each key one event for each item, all different, in any order. A key has one sample, found as soon as
 * its events allow one; or as many as are asked for, of which two differ in at least one event or in its place. Of each
 * item only so many events are held that the others cannot take all of them and enough samples are left.
 */
import type { EventOrder, LegPart } from '../executors/leg-matches.ts';
import type { SequenceMatch } from './sequence-machine.ts';

/** Samples of one key that may be asked for: that many events of each item are held. */
export const MAX_SAMPLES_PER_KEY = 100;

/** Bounds of a machine, and who is told. */
export interface SampleOptions<M> {
  /** Keys held at the same time; the one that was touched longest ago goes. */
  readonly maxKeys: number;
  /** Samples of one key, from 1 to {@link MAX_SAMPLES_PER_KEY}. */
  readonly maxPerKey: number;
  /** Events stand in the order of the items. */
  readonly onMatch: (match: SequenceMatch<M>) => void;
  readonly onKeyDropped: () => void;
}

/** Everything a machine knows, as JSON. Of a key that has its samples nothing is held but the key. */
export interface SampleState<M> {
  readonly keys: readonly {
    readonly key: string;
    readonly items: readonly (readonly M[])[] | null;
    readonly found?: number | undefined;
  }[];
}

/** Runs one sample. `M` is what is kept of an event; it must be JSON. */
export class SampleMachine<M extends EventOrder> {
  private readonly legs: readonly number[];
  private readonly options: SampleOptions<M>;
  /** Events of each item by key, in the order in which keys were last touched; undefined: done. */
  private readonly keys = new Map<string, { readonly items: M[][]; found: number } | undefined>();

  /** @param legs leg of each item */
  constructor(legs: readonly number[], options: SampleOptions<M>) {
    this.legs = legs;
    this.options = options;
  }

  /** Takes the next event in the order of events, with the legs it matches and the keys it has there. */
  add(event: M, parts: readonly LegPart[]): void {
    for (const key of new Set(parts.flatMap((part) => part.keys))) {
      const legs = parts.filter((part) => part.keys.includes(key)).map(({ leg }) => leg);
      this.apply(key, event, legs);
    }
  }

  /** @returns what the machine knows, to go on from there another time */
  snapshot(): SampleState<M> {
    const keys = [...this.keys].map(([key, state]) => {
      return { key, items: state?.items.map((list) => [...list]) ?? null, found: state?.found };
    });
    return { keys };
  }

  /** Takes over a state of the same sample; call it before anything else. */
  restore(state: SampleState<M>): void {
    for (const { key, items, found = 0 } of state.keys) {
      this.keys.set(key, items ? { items: items.map((list) => [...list]), found } : undefined);
    }
  }

  private apply(key: string, event: M, legs: readonly number[]): void {
    const isKnown = this.keys.has(key);
    const state = isKnown ? this.keys.get(key) : { items: this.legs.map((): M[] => []), found: 0 };
    this.keys.delete(key);
    if (!isKnown && this.keys.size >= this.options.maxKeys) {
      const [oldest] = this.keys.keys();
      if (oldest !== undefined) this.keys.delete(oldest);
      this.options.onKeyDropped();
    }
    this.keys.set(key, state);
    if (!state) return;
    const { items } = state;
    const room = items.length - 1 + this.options.maxPerKey;
    let isNew = false;
    this.legs.forEach((leg, item) => {
      const list = items[item]!;
      if (!legs.includes(leg) || list.length >= room) return;
      list.push(event);
      isNew = true;
    });
    if (!isNew || items.some((list) => list.length === 0)) return;
    for (const events of samplesWith(items, event)) {
      this.options.onMatch({ key, events });
      if (++state.found < this.options.maxPerKey) continue;
      this.keys.set(key, undefined);
      return;
    }
  }
}

/**
 * @param items events of each item, earliest first
 * @param newest event that belongs to each sample given
 * @returns samples, one event of each item, all different: those with the earliest event for the first item first, of them
 *   those with the earliest for the second, and so on
 */
function* samplesWith<M extends EventOrder>(items: readonly (readonly M[])[], newest: M): Generator<M[]> {
  yield* complete(items, newest, []);
}

function* complete<M extends EventOrder>(
  items: readonly (readonly M[])[],
  newest: M,
  chosen: readonly M[],
): Generator<M[]> {
  if (chosen.length === items.length) {
    yield [...chosen];
    return;
  }
  const rest = items.slice(chosen.length + 1);
  for (const event of items[chosen.length]!) {
    const taken = new Set([...chosen, event].map(({ id }) => id));
    // Without this look ahead choices would be tried that nothing comes of.
    if (taken.size === chosen.length || !canBeComplete(rest, newest, taken)) continue;
    yield* complete(items, newest, [...chosen, event]);
  }
}

/** @returns whether items can have events of their own beside those taken, with the newest event among them all */
function canBeComplete<M extends EventOrder>(
  items: readonly (readonly M[])[],
  newest: M,
  taken: ReadonlySet<string>,
): boolean {
  if (taken.has(newest.id)) return canBeDifferent(items, taken);
  const withNewest = new Set([...taken, newest.id]);
  return items.some((list, at) => {
    return list.some(({ id }) => id === newest.id) && canBeDifferent(items.toSpliced(at, 1), withNewest);
  });
}

/** @returns whether each item can have an event of its own beside those taken: bipartite matching along augmenting paths */
function canBeDifferent<M extends EventOrder>(items: readonly (readonly M[])[], taken: ReadonlySet<string>): boolean {
  const owner = new Map<string, number>();
  const assign = (item: number, tried: Set<string>): boolean => {
    for (const { id } of items[item]!) {
      if (taken.has(id) || tried.has(id)) continue;
      tried.add(id);
      const other = owner.get(id);
      if (other === undefined || assign(other, tried)) {
        owner.set(id, item);
        return true;
      }
    }
    return false;
  };
  return items.every((_, item) => assign(item, new Set()));
}
