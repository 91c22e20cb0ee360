import { MAX_CHUNK_MS } from './limits.ts';

/** Records between two looks at the clock, as long as they are fast. */
const RECORDS_A_LOOK = 8;
/** Time between two looks from which on each record is looked at. */
const SLOW_MS = 16;
/** Time between two looks that counts at most: a machine that sleeps meanwhile is not the chunk's doing. */
const MAX_STEP_MS = 1000;

/** Tells when a chunk takes longer than any real one: then it was made to. */
export class ChunkClock {
  private readonly now: () => number;
  private last = 0;
  private spentMs = 0;
  private untilLook = 0;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  /** Another chunk is being read. */
  begin(): void {
    this.last = this.now();
    this.spentMs = 0;
    this.untilLook = RECORDS_A_LOOK;
  }

  /** Asked between records. @returns false when the chunk has had its time */
  isInTime(): boolean {
    if (--this.untilLook > 0) return true;
    const now = this.now();
    const step = now - this.last;
    this.last = now;
    this.spentMs += Math.min(step, MAX_STEP_MS);
    this.untilLook = step < SLOW_MS ? RECORDS_A_LOOK : 1;
    return this.spentMs <= MAX_CHUNK_MS;
  }
}
