/** Bytes that all connections of a capture together may hold for one purpose: what is held grows with the input, memory does not. */
export class ByteBudget {
  private readonly limit: number;
  private used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** @returns false when so many more would be too many */
  take(bytes: number): boolean {
    if (this.used + bytes > this.limit) return false;
    this.used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.used -= bytes;
  }
}
