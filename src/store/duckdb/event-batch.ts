import type { EventView } from '../../event/view.ts';
import type { EventBatch } from '../event-store.ts';
import type { EventRow, EventRows, UsedColumns } from './event-row.ts';

/** Events made rows of while their views are valid. */
export class DuckDbBatch implements EventBatch {
  /** By the ids of the events, in the order in which they were added. */
  readonly rows = new Map<string, EventRow>();
  readonly used: UsedColumns = { usual: new Set(), lists: new Set() };
  /** Length of all rows. */
  characters = 0;
  /** When the events came in; undefined: when they are stored, unless they say so themselves. */
  readonly ingestedMs: number | undefined;
  private readonly maker: EventRows;

  constructor(maker: EventRows, ingestedMs: number | undefined) {
    this.maker = maker;
    this.ingestedMs = ingestedMs;
  }

  get size(): number {
    return this.rows.size;
  }

  add(event: EventView): string | undefined {
    const id = event.id();
    if (this.rows.has(id)) return undefined;
    const row = this.maker.of(event, id, this.used, this.ingestedMs === undefined);
    this.rows.set(id, row);
    this.characters += row.text.length;
    return id;
  }
}
