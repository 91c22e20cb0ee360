/** Reads bulk requests in the thread where it is called: documents become events, made ready for the store. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IngestLimits } from '../../../../config/ingest-settings.ts';
import type { Networks } from '../../../../event/networks.ts';
import type { PreparedDialect } from '../../../../sources/json/record-reader.ts';
import type { SourceSettings } from '../../../../sources/source.ts';
import type { EventBatches } from '../../../../store/event-store.ts';
import { DocumentReader } from '../../document-reader.ts';
import { ItemReading, type ItemVerdict } from '../../item-reading.ts';
import { ReaderCache } from '../../reader-cache.ts';
import { Turns } from '../../turns.ts';
import { type BulkItem, readBulkBody } from '../bulk-body.ts';
import type { BulkPart, BulkReading, BulkRequest } from './bulk-reading.ts';

/** What a reader works with. */
export interface BulkReaderOptions {
  readonly dialects: readonly PreparedDialect[];
  readonly networks: Networks;
  readonly settings: SourceSettings;
  readonly limits: Pick<IngestLimits, 'documentBytes' | 'requestBytes' | 'openReaders'>;
  readonly batches: EventBatches;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Items of a part, between which other requests have their turn; what Beats send is fewer. */
const PART_ITEMS = 4_096;
/** Work is cut into slices of this length, so that the thread does what else it has to do. */
const SLICE_MS = 8;

/** See the head of this file. */
export class BulkReader implements BulkReading {
  private readonly options: BulkReaderOptions;
  private readonly readers: ReaderCache<DocumentReader>;
  private readonly turns = new Turns();

  constructor(options: BulkReaderOptions) {
    this.options = options;
    this.readers = new ReaderCache(options.limits.openReaders);
  }

  async read(request: BulkRequest, take: (part: BulkPart) => Promise<void>): Promise<boolean> {
    const items = readBulkBody(request.body);
    let taken = Promise.resolve();
    await this.turns.take();
    try {
      for (let from = 0; from < items.length; from += PART_ITEMS) {
        if (from > 0) await this.turns.pass();
        const part = await this.part(request, items.slice(from, from + PART_ITEMS));
        await taken;
        taken = take(part);
      }
    } finally {
      this.turns.end();
    }
    await taken;
    return this.documentsOf(request).remembers;
  }

  async close(): Promise<void> {
    // What is being read is waited for by those who asked.
  }

  private async part(request: BulkRequest, items: readonly BulkItem[]): Promise<BulkPart> {
    const { batches, limits, now } = this.options;
    const { body, index, sender, idScope } = request;
    const documents = this.documentsOf(request);
    const reading = new ItemReading({ batches, sender, letterBytes: limits.requestBytes, idScope, now });
    let began = performance.now();
    for (const item of items) {
      const { start, end } = item;
      const target = targetOf(item, index);
      reading.item(
        end - start,
        () => this.refusal(item) ?? documents.read(body, start, end, reading.sink, target),
        () => body.subarray(start, end),
        target,
      );
      if (performance.now() - began < SLICE_MS) continue;
      await nextTurn();
      began = performance.now();
    }
    return { headers: items.map(({ header }) => header), read: reading.end() };
  }

  /** Of a sender and its scope: a shipper that changes its key goes on under the same name. */
  private documentsOf({ sender, idScope }: BulkRequest): DocumentReader {
    const { dialects, networks, settings } = this.options;
    return this.readers.get(
      `${sender}\n${idScope ?? ''}`,
      () => new DocumentReader(dialects, { file: sender, networks, settings: { ...settings, idScope } }),
    );
  }

  private refusal({ header, start, end }: BulkItem): ItemVerdict | undefined {
    const { documentBytes } = this.options.limits;
    if (header.action === 'delete' || header.action === 'update') {
      return { kind: 'refused', reason: `events are kept as they came: there is no ${header.action}` };
    }
    return end - start > documentBytes
      ? {
          kind: 'unreadable',
          reason: `a document of ${end - start} bytes is longer than the limit of ${documentBytes}`,
        }
      : undefined;
  }
}

function targetOf({ header }: BulkItem, index: string | undefined) {
  return header.index === undefined && index !== undefined ? { id: header.id, index } : header;
}
