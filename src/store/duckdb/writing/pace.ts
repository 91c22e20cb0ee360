/** How long the rate is looked at, milliseconds. */
const SPAN_MS = 5_000;

/** How fast rows come. */
export class Pace {
  private readonly now: () => number;
  private readonly came: { readonly atMs: number; readonly rows: number }[] = [];
  private sum = 0;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  add(rows: number): void {
    this.came.push({ atMs: this.now(), rows });
    this.sum += rows;
  }

  /** @returns whether so many rows would come within so many milliseconds, as fast as they came of late */
  wouldBring(rows: number, withinMs: number): boolean {
    const fromMs = this.now() - SPAN_MS;
    while (this.came.length > 0 && this.came[0]!.atMs < fromMs) this.sum -= this.came.shift()!.rows;
    return this.sum > 0 && this.sum * withinMs >= rows * SPAN_MS;
  }
}
