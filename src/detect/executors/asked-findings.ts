/**
 * Findings that new events can have changed. All findings of the groups that new events are in are judged, for they may raise each
 * other; nearly all of them are as they were told. Those are not made alerts: what was told is remembered of the latest only, and the
 * others would be written again in every run.
 */
import type { FindingPart } from '../rule.ts';
import { tupleKey, tupleOf } from './field-tuple.ts';
import type { FindingState } from './finding-state.ts';

/** See the head of this file. */
export class AskedFindings {
  private readonly keys: ReadonlySet<string>;
  /** Places in the key of the values that findings share which raise each other. */
  private readonly shared: readonly number[];
  private readonly size: number;
  private readonly windowMs: number;
  /** First and last times of those that are asked for, by what they share. */
  private readonly spans = new Map<string, [first: number, last: number][]>();

  /** @param keys of the findings that are asked for */
  constructor({ key, perDay, raise }: FindingPart, keys: ReadonlySet<string>) {
    this.keys = keys;
    this.size = key.length + (perDay ? 1 : 0);
    this.shared = key.flatMap((name, i) => (raise.every(({ groupBy }) => groupBy.includes(name)) ? [i] : []));
    this.windowMs = Math.max(0, ...raise.map(({ windowMs }) => windowMs));
  }

  /** Takes each finding before any is asked about. */
  take(state: FindingState): void {
    if (!this.keys.has(state.key)) return;
    const group = this.groupOf(state);
    const spans = this.spans.get(group);
    if (spans) spans.push([state.first, state.last]);
    else this.spans.set(group, [[state.first, state.last]]);
  }

  /**
   * @param isWatched whether a raise looks at it
   * @returns whether it is asked for, or near enough to one that is to be raised with it, or no more
   */
  has(state: FindingState, isWatched: boolean): boolean {
    if (this.keys.has(state.key)) return true;
    if (!isWatched) return false;
    const spans = this.spans.get(this.groupOf(state)) ?? [];
    return spans.some(([first, last]) => first - this.windowMs <= state.last && last + this.windowMs >= state.first);
  }

  private groupOf({ key }: FindingState): string {
    const values = tupleOf(key, this.size);
    return tupleKey(this.shared.map((place) => values[place]!));
  }
}
