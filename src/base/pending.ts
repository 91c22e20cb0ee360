/** Work that goes on, so that somebody can wait for the end of all of it. */
export class Pending {
  private readonly all = new Set<Promise<unknown>>();

  /** @returns what the work comes to */
  async of<T>(work: Promise<T>): Promise<T> {
    this.all.add(work);
    try {
      return await work;
    } finally {
      this.all.delete(work);
    }
  }

  /** Fulfilled when none goes on of what goes on now, however it ended. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.all);
  }
}
