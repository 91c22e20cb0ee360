/**
 * EQL samples: for each key one event for each item, all different, in any order. A key has one sample, found as soon as
 * its events allow one. Of each item only as many events are held as there are items: with so many to choose from, the
 * others cannot take all of them.
 */
import type { EventOrder, LegPart } from '../executors/leg-matches.ts';
import type { SequenceMatch } from './sequence-machine.ts';

/** Bounds of a machine, and who is told. */
export interface SampleOptions<M> {
  /** Keys held at the same time; the one that was touched longest ago goes. */
  readonly maxKeys: number;
  /** Events stand in the order of the items. */
  readonly onMatch: (match: SequenceMatch<M>) => void;
  readonly onKeyDropped: () => void;
}

/** Everything a machine knows, as JSON. Of a key that has its sample nothing is held but the key. */
export interface SampleState<M> {
  readonly keys: readonly { readonly key: string; readonly items: readonly (readonly M[])[] | null }[];
}

/** Runs one sample. `M` is what is kept of an event; it must be JSON. */
export class SampleMachine<M extends EventOrder> {
  private readonly legs: readonly number[];
  private readonly options: SampleOptions<M>;
  /** Events of each item by key, in the order in which keys were last touched; undefined: done. */
  private readonly keys = new Map<string, M[][] | undefined>();

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
    return { keys: [...this.keys].map(([key, items]) => ({ key, items: items?.map((list) => [...list]) ?? null })) };
  }

  /** Takes over a state of the same sample; call it before anything else. */
  restore(state: SampleState<M>): void {
    for (const { key, items } of state.keys) {
      this.keys.set(
        key,
        items?.map((list) => [...list]),
      );
    }
  }

  private apply(key: string, event: M, legs: readonly number[]): void {
    const isKnown = this.keys.has(key);
    const items = isKnown ? this.keys.get(key) : this.legs.map((): M[] => []);
    this.keys.delete(key);
    if (!isKnown && this.keys.size >= this.options.maxKeys) {
      const [oldest] = this.keys.keys();
      if (oldest !== undefined) this.keys.delete(oldest);
      this.options.onKeyDropped();
    }
    this.keys.set(key, items);
    if (!items) return;
    let isNew = false;
    this.legs.forEach((leg, item) => {
      const list = items[item]!;
      if (!legs.includes(leg) || list.length >= items.length) return;
      list.push(event);
      isNew = true;
    });
    const events = isNew ? earliestSample(items) : undefined;
    if (!events) return;
    this.keys.set(key, undefined);
    this.options.onMatch({ key, events });
  }
}

/**
 * @param items events of each item, earliest first
 * @returns one of each, all different: the earliest for the first item that leaves the others one each, and so on; or
 *   undefined when there is none
 */
function earliestSample<M extends EventOrder>(items: readonly (readonly M[])[]): M[] | undefined {
  if (items.some((list) => list.length === 0)) return undefined;
  const chosen: M[] = [];
  for (const list of items) {
    const rest = items.slice(chosen.length + 1);
    const pick = list.find((event) => {
      const taken = new Set([...chosen, event].map(({ id }) => id));
      return taken.size > chosen.length && canBeDifferent(rest, taken);
    });
    if (!pick) return undefined;
    chosen.push(pick);
  }
  return chosen;
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
