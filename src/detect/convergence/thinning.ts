/**
 * Leaves out events that cannot matter: a file server logs thousands of opens a minute, and a leg needs three. Events of one
 * way that state the same values and links differ in time and object only. Of each stretch of time the first and the last
 * few different objects stay: a window that ends within the stretch holds some of the first, one that begins there some of
 * the last, one that covers it both. So a set of events is complete with them exactly when it is complete without thinning;
 * only its ends may lie as far out as the stretch is long. Thinning what was thinned in parts gives the same as thinning
 * the whole, so the order of reading changes nothing once {@link thinnedInOrder} has gone over it.
 */
import { compareEvents, type ConvergenceEvent } from './convergence-event.ts';

/** Short against every window, long enough to thin a busy server. */
const STRETCH_MS = 10_000;
/** Events gathered before a stretch is thinned while it is open, for each one that stays. */
const SLACK = 4;
const LEAST_GATHERED = 32;

interface Stretch {
  readonly number: number;
  events: ConvergenceEvent[];
}

/** Takes events in any order and gives on those that may matter, with the weight of those that do not. */
export class Thinning {
  private readonly stretches = new Map<string, Stretch>();
  private readonly keepOf: (way: number) => number;
  private readonly maxStretches: number;
  private readonly emit: (event: ConvergenceEvent) => void;

  /**
   * @param keepOf events that stay at each end of a stretch, by way
   * @param maxStretches stretches open at a time; closing one early costs room, nothing else
   * @param emit takes what stays
   */
  constructor(keepOf: (way: number) => number, maxStretches: number, emit: (event: ConvergenceEvent) => void) {
    this.keepOf = keepOf;
    this.maxStretches = maxStretches;
    this.emit = emit;
  }

  /** Takes an event. */
  add(event: ConvergenceEvent): void {
    const name = nameOf(event);
    const number = numberOf(event);
    const stretch = this.stretches.get(name);
    if (stretch?.number === number) {
      stretch.events.push(event);
      const keep = this.keepOf(event.way);
      if (stretch.events.length >= Math.max(LEAST_GATHERED, 2 * keep * SLACK)) {
        stretch.events = thinned(stretch.events, keep);
      }
      return;
    }
    if (stretch) this.close(stretch);
    else if (this.stretches.size >= this.maxStretches) this.end();
    this.stretches.set(name, { number, events: [event] });
  }

  /** There are no more events. */
  end(): void {
    for (const stretch of this.stretches.values()) this.close(stretch);
    this.stretches.clear();
  }

  private close({ events }: Stretch): void {
    for (const event of thinned(events, this.keepOf(events[0]!.way))) this.emit(event);
  }
}

/**
 * @param events in order of key and time
 * @param keepOf as in {@link Thinning}
 * @returns what stays of them, in order
 */
export function* thinnedInOrder(
  events: Iterable<ConvergenceEvent>,
  keepOf: (way: number) => number,
): Generator<ConvergenceEvent> {
  let names = new Map<string, ConvergenceEvent[]>();
  let current: ConvergenceEvent | undefined;
  const whole = () => [...names.values()].flatMap((list) => thinned(list, keepOf(list[0]!.way))).sort(compareEvents);
  for (const event of events) {
    if (current && (event.key !== current.key || numberOf(event) !== numberOf(current))) {
      yield* whole();
      names = new Map();
    }
    current = event;
    const name = nameOf(event);
    const list = names.get(name);
    if (!list) names.set(name, [event]);
    else list.push(event);
  }
  yield* whole();
}

function nameOf({ way, key, same, links }: ConvergenceEvent): string {
  let name = `${way} ${key.length} ${key}`;
  // Each text with its length, so that two never read like two others.
  for (const value of same) name += value === null ? ' -' : ` ${value.length} ${value}`;
  for (const values of links) {
    name += ` ${values.length}`;
    for (const value of values) name += ` ${value.length} ${value}`;
  }
  return name;
}

function numberOf({ time }: ConvergenceEvent): number {
  return Math.floor(time / STRETCH_MS);
}

/** What stays, in order of time; the last stands for all that does not. */
function thinned(events: readonly ConvergenceEvent[], keep: number): ConvergenceEvent[] {
  const sorted = onceEach(events);
  const kept = new Set([...firstObjects(sorted, keep), ...firstObjects([...sorted].reverse(), keep)]);
  const result = sorted.filter((event) => kept.has(event)).map((event) => ({ ...event, weight: 1 }));
  const weight = sorted.reduce((sum, one) => sum + one.weight, 0);
  const last = result.pop()!;
  return [...result, { ...last, weight: weight - result.length }];
}

/** In order, without events that were read twice, when too many were seen to remember them all. */
function onceEach(events: readonly ConvergenceEvent[]): ConvergenceEvent[] {
  const sorted = [...events].sort((one, other) => compareEvents(one, other) || other.weight - one.weight);
  return sorted.filter((event, i) => event.id !== sorted[i - 1]?.id);
}

function firstObjects(events: readonly ConvergenceEvent[], keep: number): ConvergenceEvent[] {
  const objects = new Set<number>();
  return events.filter(({ object }) => {
    if (objects.size >= keep || objects.has(object)) return false;
    objects.add(object);
    return true;
  });
}
