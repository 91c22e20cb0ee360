/** A stretch of event time, both ends included; milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * @param times in any order
 * @param gapMs longest step inside a stretch
 * @param max stretches at most; with more, all are taken as one
 * @returns the stretches the times make, in order
 */
export function stretchesOf(times: readonly number[], gapMs: number, max: number): Stretch[] {
  const sorted = [...times].sort((one, other) => one - other);
  const found: { from: number; to: number }[] = [];
  for (const time of sorted) {
    const last = found.at(-1);
    if (last && time - last.to <= gapMs) last.to = time;
    else found.push({ from: time, to: time });
  }
  return found.length <= max ? found : [{ from: found[0]!.from, to: found.at(-1)!.to }];
}
