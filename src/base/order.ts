/** @returns negative, 0 or positive as one text stands before, at or behind the other, by UTF-16 unit */
export function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** @returns the same for times in milliseconds; unknown ones (NaN) come last */
export function compareTimes(one: number, other: number): number {
  if (one === other) return 0;
  if (Number.isNaN(one)) return Number.isNaN(other) ? 0 : 1;
  return Number.isNaN(other) || one < other ? -1 : 1;
}
