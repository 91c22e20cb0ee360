/** Counting in the program what DuckDB cannot count: events that the matcher has to look at. */
import { addressOf } from '../../../base/address/address.ts';
import type { Scalar } from '../../../event/document.ts';
import type { Field } from '../../../event/field.ts';
import type { EventView } from '../../../event/view.ts';
import { compareCodePoints } from '../../../query/compile/text-order.ts';
import type { TimeCount, ValueCount, ValueSum } from '../../event-store.ts';

/** Different values that are counted; events with others are left out. A field that has more is no field to group by. */
const MAX_VALUES = 1_000_000;

/** Counts the values of a field. */
export interface ValueTally {
  add(event: EventView): void;
  /** @returns the most frequent values; of equals the smaller one first */
  top(limit: number): ValueCount[];
}

/** @returns a tally without values */
export function countValues({ id, type }: Field): ValueTally {
  const counts = new Map<Scalar, number>();
  return {
    add: (event) => {
      const value = event.get(id);
      if (value === undefined) return;
      for (const one of typeof value === 'object' ? new Set(value) : [value]) {
        const known = counts.get(one);
        if (known !== undefined || counts.size < MAX_VALUES) counts.set(one, (known ?? 0) + 1);
      }
    },
    top: (limit) =>
      [...counts]
        .map(([value, count]) => ({ value, count }))
        .sort((x, y) => y.count - x.count || compareValues(x.value, y.value, type === 'ip'))
        .slice(0, limit),
  };
}

/** Adds up numbers by the values of a field. */
export interface SumTally {
  add(event: EventView): void;
  /** @returns the largest sums; of equals the smaller value first */
  top(limit: number): ValueSum[];
}

/** @returns a tally without values */
export function sumValues({ id, type }: Field, of: readonly Field[]): SumTally {
  const sums = new Map<Scalar, number>();
  return {
    add: (event) => {
      const value = event.get(id);
      if (value === undefined) return;
      const numbers = of.map((field) => event.get(field.id) ?? 0).flat();
      const sum = numbers.reduce<number>((all, one) => all + (typeof one === 'number' ? one : 0), 0);
      for (const one of typeof value === 'object' ? new Set(value) : [value]) {
        const known = sums.get(one);
        if (known !== undefined || sums.size < MAX_VALUES) sums.set(one, (known ?? 0) + sum);
      }
    },
    top: (limit) =>
      [...sums]
        .map(([value, sum]) => ({ value, sum }))
        .sort((x, y) => y.sum - x.sum || compareValues(x.value, y.value, type === 'ip'))
        .slice(0, limit),
  };
}

function compareValues(x: Scalar, y: Scalar, areAddresses: boolean): number {
  if (typeof x !== 'string' || typeof y !== 'string') return Number(x) - Number(y);
  const [one, other] = areAddresses ? [addressOf(x), addressOf(y)] : [];
  return one && other ? one.compare(other) : compareCodePoints(x, y);
}

/** Counts times by stretches. */
export async function tallied(
  widthMs: number,
  each: (add: (timeMs: number) => void) => Promise<void>,
): Promise<TimeCount[]> {
  const counts = new Map<number, number>();
  await each((timeMs) => {
    const fromMs = Math.floor(timeMs / widthMs) * widthMs;
    counts.set(fromMs, (counts.get(fromMs) ?? 0) + 1);
  });
  return [...counts].map(([fromMs, count]) => ({ fromMs, count })).sort((x, y) => x.fromMs - y.fromMs);
}
