import type { ScanSummary } from '../../detect/scan-result.ts';
import { noSeverities, type SeverityCounts } from '../severity-order.ts';

/** One bar of the timeline. */
export interface Bucket {
  /** Start in milliseconds. */
  readonly time: number;
  readonly counts: SeverityCounts;
  readonly total: number;
}

/** Bars of equal length in time, without holes. */
export interface Buckets {
  readonly stepMs: number;
  readonly bars: readonly Bucket[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Lengths a reader can name. Beyond the last, it is doubled. */
const STEPS = [HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY];

/** More bars than this are thinner than the gaps between them on a phone. */
const MAX_BARS = 48;

/** Fewer bars than this are no timeline; quiet time is added around them. */
const MIN_BARS = 12;

/**
 * @param timeline alerts an hour, holes allowed, any order
 * @returns at least 12 and at most 48 bars, or undefined when no alert has a time
 */
export function bucketTimeline(timeline: ScanSummary['timeline']): Buckets | undefined {
  const hours = timeline.filter((hour) => Number.isFinite(hour.time));
  if (hours.length === 0) return undefined;
  let first = Infinity;
  let last = -Infinity;
  for (const { time } of hours) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  const stepMs = stepFor(first, last);
  const start = Math.floor(first / stepMs);
  const used = Math.floor(last / stepMs) - start + 1;
  const before = Math.max(0, Math.floor((MIN_BARS - used) / 2));
  const counts = Array.from({ length: Math.max(used, MIN_BARS) }, noSeverities);
  for (const hour of hours) {
    const target = counts[Math.floor(hour.time / stepMs) - start + before]!;
    for (const severity of Object.keys(target) as (keyof typeof target)[]) target[severity] += hour.counts[severity];
  }
  const bars = counts.map((count, index) => ({
    time: (start - before + index) * stepMs,
    counts: count,
    total: count.low + count.medium + count.high + count.critical,
  }));
  return { stepMs, bars };
}

function stepFor(first: number, last: number): number {
  const barsOf = (step: number) => Math.floor(last / step) - Math.floor(first / step) + 1;
  const step = STEPS.find((candidate) => barsOf(candidate) <= MAX_BARS);
  if (step !== undefined) return step;
  let doubled = 2 * STEPS.at(-1)!;
  while (barsOf(doubled) > MAX_BARS) doubled *= 2;
  return doubled;
}

/** @returns `hour`, `6 hours`, `day`, `28 days` */
export function stepWords(stepMs: number): string {
  const [size, unit] = stepMs % DAY === 0 ? [stepMs / DAY, 'day'] : [stepMs / HOUR, 'hour'];
  return size === 1 ? unit! : `${size} ${unit}s`;
}
