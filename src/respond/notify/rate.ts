/** How many messages a channel may send: so many at once, and as many again each minute. */
export class MessageRate {
  private readonly perMinute: number;
  private tokens: number;
  private filledMs: number;

  constructor(perMinute: number, now: number) {
    this.perMinute = perMinute;
    this.tokens = perMinute;
    this.filledMs = now;
  }

  /** @returns whole messages that may be sent now */
  free(now: number): number {
    const grown = Math.max(0, now - this.filledMs) * (this.perMinute / 60_000);
    this.tokens = Math.min(this.perMinute, this.tokens + grown);
    this.filledMs = now;
    // A little more than nothing, for what fractions add up to.
    return Math.floor(this.tokens + 1e-9);
  }

  /** Counts a message. */
  take(): void {
    this.tokens -= 1;
  }
}
