/** What a record takes beside its texts: objects, arrays and numbers; measured at 250 to 400. */
const RECORD_BYTES = 300;

/** Holds records in memory and can write them to a file. */
interface Holder {
  /** Moves everything to the file, and says so with {@link SpillMemory.freed}. */
  flush(): void;
}

/**
 * The memory of all spills of a scan together. Each has a limit of its own, but there are as many as rules: beyond the common
 * one the spill that holds most writes, which makes the fewest and longest runs.
 */
export class SpillMemory {
  private readonly limitBytes: number;
  private readonly held = new Map<Holder, number>();
  private bytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /**
   * A record was added.
   *
   * @param chars characters of its texts
   */
  added(holder: Holder, chars: number): void {
    const bytes = RECORD_BYTES + chars;
    this.bytes += bytes;
    this.held.set(holder, (this.held.get(holder) ?? 0) + bytes);
    if (this.bytes > this.limitBytes) this.largest()?.flush();
  }

  /** A spill holds nothing any more. */
  freed(holder: Holder): void {
    this.bytes -= this.held.get(holder) ?? 0;
    this.held.delete(holder);
  }

  private largest(): Holder | undefined {
    let largest: Holder | undefined;
    let most = 0;
    for (const [holder, bytes] of this.held) {
      if (bytes <= most) continue;
      largest = holder;
      most = bytes;
    }
    return largest;
  }
}
