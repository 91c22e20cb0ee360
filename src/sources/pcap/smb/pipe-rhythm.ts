/**
 * How regularly a pipe is used. A program that waits for orders asks for them at even intervals, with little to say; people and
 * services do not. Messages within a second of each other are one exchange; the intervals between exchanges are compared.
 */

/** Quiet after which a message begins a new exchange, milliseconds. */
const QUIET_MS = 1000;
/** Intervals kept, the newest ones: enough for quartiles, little enough for many pipes. */
const MAX_INTERVALS = 128;
/** With fewer intervals nothing is said of them. */
const MIN_INTERVALS = 3;

/** How even the exchanges were. */
export interface Rhythm {
  /** Median of the intervals, milliseconds. */
  readonly periodMs: number;
  /** The middle half of the intervals lies within this part of the median: 0 is a clock. */
  readonly spread: number;
}

/** Watches one open pipe. */
export class PipeRhythm {
  /** Exchanges seen. */
  exchanges = 0;
  /** Bytes of the largest message. */
  largest = 0;
  private began = Number.NaN;
  private last = Number.NaN;
  private readonly intervals: number[] = [];

  /**
   * Bytes went through the pipe, either way.
   *
   * @param time milliseconds
   */
  message(time: number, bytes: number): void {
    if (bytes > this.largest) this.largest = bytes;
    const isNew = !(time - this.last < QUIET_MS);
    this.last = time;
    if (!isNew) return;
    if (this.exchanges > 0) {
      if (this.intervals.length === MAX_INTERVALS) this.intervals.shift();
      this.intervals.push(time - this.began);
    }
    this.exchanges++;
    this.began = time;
  }

  /** @returns undefined when there were too few exchanges */
  rhythm(): Rhythm | undefined {
    const sorted = [...this.intervals].sort((one, other) => one - other);
    if (sorted.length < MIN_INTERVALS) return undefined;
    const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]!;
    const periodMs = at(0.5);
    // Packets whose times go backwards.
    if (periodMs <= 0) return undefined;
    return { periodMs, spread: (at(0.75) - at(0.25)) / periodMs };
  }
}
