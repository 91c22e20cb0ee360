/**
 * When an event was: what tells, beside its id, whether two events are one. An id alone does not, since it is compared only with
 * those of about the same times: an index of all ids would cost more memory than a server has.
 */

/** Times of an event, milliseconds since 1970. */
export interface Moment {
  /** Its `@timestamp`; 0 without one. */
  readonly timeMs: number;
  /** When it began, of an event that is known again by that: its end depends on how much of it was recorded. */
  readonly beganMs?: number | undefined;
}

/**
 * Events of the same id whose times differ by no more are one. Copies of an event are written with whole seconds or with fractions, and
 * the clocks of two recorders that are set over the network differ by less.
 */
export const SAME_MS = 10_000;

/** @returns whether two events of the same id are one */
export function isSameMoment(one: Moment, other: Moment): boolean {
  if (Math.abs(one.timeMs - other.timeMs) <= SAME_MS) return true;
  return one.beganMs !== undefined && other.beganMs !== undefined && Math.abs(one.beganMs - other.beganMs) <= SAME_MS;
}

/** @returns whether whatever is one with one of them is so with the other, too */
export function isEqualMoment(one: Moment, other: Moment): boolean {
  return one.timeMs === other.timeMs && one.beganMs === other.beganMs;
}

/** Stands in no id, which is well-formed. */
const MARK = '\ud800';

/**
 * The key of an event among others. It is the id, and something more for events whose id another one has already.
 *
 * @param key the event's key elsewhere, or its id
 * @param isOne whether two events of the same id are one
 * @returns undefined when the event is among them
 */
export function newKey(
  others: ReadonlyMap<string, Moment>,
  key: string,
  moment: Moment,
  isOne = isSameMoment,
): string | undefined {
  const id = idOfKey(key);
  let free = id;
  for (let number = 1; ; number++) {
    const other = others.get(free);
    if (other === undefined) return free;
    if (isOne(other, moment)) return undefined;
    free = `${id}${MARK}${number}`;
  }
}

/** @returns the id of the event of a key */
export function idOfKey(key: string): string {
  const mark = key.lastIndexOf(MARK);
  return mark < 0 ? key : key.slice(0, mark);
}
