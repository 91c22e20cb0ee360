import type { EventView } from '../../event/view.ts';
import type { EventBatch } from '../event-store.ts';
import type { EventRows, UsedColumns } from './event-row.ts';
import { INGESTED } from './ingested.ts';
import type { PlacedRow, RowBytes } from './row-bytes.ts';

/** Events made rows of while their views are valid. */
export class DuckDbBatch implements EventBatch {
  /** By the ids of the events, in the order in which they were added. */
  readonly rows = new Map<string, PlacedRow>();
  readonly used: UsedColumns = { usual: new Set(), lists: new Set() };
  /** Length of all rows. */
  bytes = 0;
  /** When the events came in; undefined: when they are stored, unless they say so themselves. */
  readonly ingestedMs: number | undefined;
  private readonly maker: EventRows;
  private readonly written: RowBytes;

  /** @param written where the rows of all batches stand */
  constructor(maker: EventRows, written: RowBytes, ingestedMs: number | undefined) {
    this.maker = maker;
    this.written = written;
    this.ingestedMs = ingestedMs;
  }

  get size(): number {
    return this.rows.size;
  }

  add(event: EventView): string | undefined {
    const id = event.id();
    if (this.rows.has(id)) return undefined;
    const row = this.maker.of(event, id, this.used, this.ingestedMs === undefined);
    const placed = this.written.add(row, this.maker.fillsIngested);
    if (placed.saysAt > 0) (row.isUsual ? this.used.usual : this.used.lists).add(INGESTED.name);
    this.rows.set(id, placed);
    this.bytes += placed.end - placed.start;
    return id;
  }
}
