import type { BufferPool } from '../../../../base/bytes/buffer-pool.ts';
import { BulkThread } from './bulk-thread.ts';
import type { BulkPart, BulkReading, BulkRequest } from './bulk-reading.ts';

/** Where the requests of a sender are read. */
interface SenderPlace {
  thread: BulkThread;
  /** Requests that are being read. */
  reading: number;
  /** Whether what was read of it is known in this thread only and may be needed. */
  isBound: boolean;
}

/**
 * Reads bulk requests in threads. A sender that is new goes to the thread that has the least to do. It stays there as long as
 * another has not less to do: documents of one kind take three times as long as those of another, and senders that never
 * moved would leave threads idle while others fall behind. Requests of one sender are read one after another.
 */
export class BulkThreads implements BulkReading {
  private readonly threads: readonly BulkThread[];
  /** As many as there are names of senders, which the intake bounds. */
  private readonly bySender = new Map<string, SenderPlace>();
  private readonly senders = new Map<BulkThread, number>();

  /**
   * @param count threads at most, from 1
   * @param program what they run
   * @param work what they work with, as plain data
   * @param bodies gets the buffers of bodies that are read
   */
  constructor(count: number, program: URL, work: unknown, bodies: BufferPool) {
    this.threads = Array.from({ length: count }, () => new BulkThread(program, work, bodies));
  }

  async read(request: BulkRequest, take: (part: BulkPart) => Promise<void>): Promise<boolean> {
    const place = this.placeOf(request.sender);
    place.reading++;
    try {
      place.isBound = await place.thread.read(request, take);
      return place.isBound;
    } finally {
      place.reading--;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private placeOf(sender: string): SenderPlace {
    const known = this.bySender.get(sender);
    if (known && (known.isBound || known.reading > 0)) return known;
    const [idlest] = [...this.threads].sort((x, y) => x.load - y.load || this.sendersOf(x) - this.sendersOf(y));
    if (!known) {
      const place = { thread: idlest!, reading: 0, isBound: false };
      this.bySender.set(sender, place);
      this.senders.set(idlest!, this.sendersOf(idlest!) + 1);
      return place;
    }
    if (idlest!.load < known.thread.load) {
      this.senders.set(known.thread, this.sendersOf(known.thread) - 1);
      this.senders.set(idlest!, this.sendersOf(idlest!) + 1);
      known.thread = idlest!;
    }
    return known;
  }

  private sendersOf(thread: BulkThread): number {
    return this.senders.get(thread) ?? 0;
  }
}
