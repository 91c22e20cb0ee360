/** Ranges of one search: each is one comparison for every block of rows. */
const MAX_RANGES = 16;
/** Times nearer than this are of one range. */
const NEAR_MS = 60_000;

/**
 * Few ranges that together hold all times, with the largest stretches between them left out: old evidence scatters over years,
 * and what lies between two times need not be looked at.
 *
 * @param times milliseconds, at least one
 * @returns first and last time of each range, in order
 */
export function timeRanges(times: readonly number[]): [number, number][] {
  const sorted = Float64Array.from(times).sort();
  const gaps: { readonly at: number; readonly width: number }[] = [];
  for (let at = 1; at < sorted.length; at++) {
    const width = sorted[at]! - sorted[at - 1]!;
    if (width > NEAR_MS) gaps.push({ at, width });
  }
  gaps.sort((x, y) => y.width - x.width);
  const cuts = gaps
    .slice(0, MAX_RANGES - 1)
    .map(({ at }) => at)
    .sort((x, y) => x - y);
  return [0, ...cuts].map((from, i) => [sorted[from]!, sorted[(cuts[i] ?? sorted.length) - 1]!]);
}
