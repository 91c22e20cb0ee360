/**
 * @param from earlier time, milliseconds with microseconds as the fraction
 * @param to later time
 * @param spanMs whole milliseconds; the end still belongs to the span
 * @returns whether the later time lies behind the span; compared in whole microseconds, which fractions of milliseconds
 *   as floating point cannot blur
 */
export function isBeyond(from: number, to: number, spanMs: number): boolean {
  return Math.round((to - from) * 1000) > spanMs * 1000;
}
