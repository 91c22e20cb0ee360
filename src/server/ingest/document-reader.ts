import type { BulkTarget } from '../../sources/json/dialect.ts';
import { JsonRecordReader, type PreparedDialect, TRAILING_TEXT } from '../../sources/json/record-reader.ts';
import type { EventSink, SourceContext } from '../../sources/source.ts';
import type { ItemVerdict } from './item-reading.ts';
import { NotedFaults } from './noted-faults.ts';

/** Reads JSON documents that one sender sends one by one, and says of each why it holds no event. */
export class DocumentReader {
  private readonly records: JsonRecordReader;
  private readonly faults = new NotedFaults();
  private skipped: string | undefined;

  constructor(prepared: readonly PreparedDialect[], context: Pick<SourceContext, 'file' | 'networks' | 'settings'>) {
    this.records = new JsonRecordReader(prepared, {
      ...context,
      faults: this.faults,
      skipped: (reason) => {
        this.skipped = reason;
      },
    });
  }

  /** Whether documents that were read may add to what later ones say. */
  get remembers(): boolean {
    return this.records.remembers;
  }

  /** @returns why the document in `buffer[start..end)` holds no event; it may have given one all the same */
  read(buffer: Buffer, start: number, end: number, sink: EventSink, target?: BulkTarget): ItemVerdict | undefined {
    this.faults.take();
    this.skipped = undefined;
    this.records.read(buffer, start, end, undefined, undefined, sink, target);
    if (this.skipped !== undefined) return { kind: 'empty', reason: this.skipped };
    const fault = this.faults.take();
    return fault && { kind: 'unreadable', reason: fault.message, isRest: fault.code === TRAILING_TEXT };
  }
}
