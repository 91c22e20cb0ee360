/**
 * Requests are read one after another: taking turns in small slices, all of them would be ready at the same moment, and the
 * store would have nothing to write until then.
 */
export class Turns {
  private isTaken = false;
  private readonly waiting: (() => void)[] = [];

  /** Waits until it is the caller's turn, in the order of asking. */
  async take(): Promise<void> {
    if (!this.isTaken) {
      this.isTaken = true;
      return;
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Ends the turn. */
  end(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.isTaken = false;
  }

  /** Lets the others have their turn first, if there are any. */
  async pass(): Promise<void> {
    if (this.waiting.length === 0) return;
    this.end();
    await this.take();
  }
}
