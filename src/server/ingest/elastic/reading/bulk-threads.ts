import { BulkThread } from './bulk-thread.ts';
import type { BulkPart, BulkReading, BulkRequest } from './bulk-reading.ts';

/**
 * Reads bulk requests in threads. All requests of a sender go to the same thread, since what its earlier events told may
 * be needed by later ones; a sender that is new goes to the thread that has the least to do.
 */
export class BulkThreads implements BulkReading {
  private readonly threads: readonly BulkThread[];
  /** As many as there are names of senders, which the intake bounds. */
  private readonly bySender = new Map<string, BulkThread>();
  private readonly senders = new Map<BulkThread, number>();

  /**
   * @param count threads at most, from 1
   * @param program what they run
   * @param work what they work with, as plain data
   */
  constructor(count: number, program: URL, work: unknown) {
    this.threads = Array.from({ length: count }, () => new BulkThread(program, work));
  }

  read(request: BulkRequest, take: (part: BulkPart) => Promise<void>): Promise<void> {
    return this.of(request.sender).read(request, take);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private of(sender: string): BulkThread {
    const known = this.bySender.get(sender);
    if (known) return known;
    const [first] = [...this.threads].sort((x, y) => x.load - y.load || this.sendersOf(x) - this.sendersOf(y));
    this.bySender.set(sender, first!);
    this.senders.set(first!, this.sendersOf(first!) + 1);
    return first!;
  }

  private sendersOf(thread: BulkThread): number {
    return this.senders.get(thread) ?? 0;
  }
}
