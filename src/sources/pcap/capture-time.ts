/**
 * The time of the capture as far as idle connections are concerned: it follows the packets, but not one packet with an
 * absurd time, after which everything would be idle. The times of events are not touched by it.
 */
export class CaptureTime {
  /** Milliseconds; NaN before the first packet. */
  now = Number.NaN;
  private jumps = 0;

  /** @param time of the next packet */
  follow(time: number): void {
    const distance = time - this.now;
    if (distance >= 0 && distance < MAX_STEP_MS) {
      this.now = time;
      this.jumps = 0;
    } else if (!(distance < 0 && distance > -MAX_STEP_MS)) {
      // Also true for the first packet, whose distance is no number.
      if (Number.isNaN(this.now) || ++this.jumps >= SURE_JUMPS) {
        this.now = time;
        this.jumps = 0;
      }
    }
  }
}

/** Captures pause for a night; a packet a day later needs others beside it to be believed. */
const MAX_STEP_MS = 86_400_000;
const SURE_JUMPS = 16;
