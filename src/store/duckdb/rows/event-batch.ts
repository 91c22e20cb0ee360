import type { BufferPool } from '../../../base/bytes/buffer-pool.ts';
import { fieldId } from '../../../event/field.ts';
import { type EventView, firstNumber } from '../../../event/view.ts';
import type { EventBatch, PackedEvents } from '../../event-store.ts';
import type { EventRows, UsedColumns } from './event-row.ts';
import type { OriginRows } from './origin-row.ts';
import { INGESTED } from '../ingested.ts';
import { idOfKey, isEqualMoment, type Moment, newKey } from '../moment.ts';
import { type PackedRows, packRows, unpackRow } from './packed-rows.ts';
import type { PlacedRow, RowBytes } from './row-bytes.ts';

const TIMESTAMP = fieldId('@timestamp');

/** The two ways to a row. */
export interface RowMakers {
  readonly ofDocument: EventRows;
  readonly ofOrigin: OriginRows;
}

/** Events made rows of while their views are valid. */
export class DuckDbBatch implements EventBatch {
  /** By key, in the order in which they were added. */
  readonly rows = new Map<string, PlacedRow>();
  readonly used: UsedColumns = { usual: new Set(), lists: new Set() };
  /** Length of all rows. */
  bytes = 0;
  /** Whether its rows are gone: it was appended, or packed. */
  isSpent = false;
  /** When the events came in; undefined: when they are stored, unless they say so themselves. */
  readonly ingestedMs: number | undefined;
  private readonly makers: RowMakers;
  private readonly written: RowBytes;
  private readonly pool: BufferPool;
  /** Called when the rows are not needed any more. */
  private readonly ends: (() => void)[] = [];

  /**
   * @param written where the rows stand that are made here
   * @param pool what that is taken from
   */
  constructor(makers: RowMakers, written: RowBytes, pool: BufferPool, ingestedMs: number | undefined) {
    this.makers = makers;
    this.written = written;
    this.pool = pool;
    this.ingestedMs = ingestedMs;
  }

  get size(): number {
    return this.rows.size;
  }

  add(event: EventView): string | undefined {
    // What is no text of Unicode is none for the database either.
    const id = event.id().toWellFormed();
    const beganMs = event.beganMs?.();
    let key: string | undefined = id;
    if (this.rows.has(id)) {
      key = this.newKey(id, { timeMs: firstNumber(event, TIMESTAMP) ?? 0, beganMs });
      if (key === undefined) return undefined;
    }
    const withIngested = this.ingestedMs === undefined;
    const origin = event.origin?.();
    const quick =
      origin && this.makers.ofOrigin.of(event, origin, { id, used: this.used.usual, withIngested }, this.written);
    const placed = quick ?? this.ofDocument(event, id, withIngested);
    if (placed.saysAt > 0) (placed.isUsual ? this.used.usual : this.used.lists).add(INGESTED.name);
    this.rows.set(key, beganMs === undefined ? placed : { ...placed, beganMs });
    this.bytes += placed.end - placed.start;
    return key;
  }

  addPacked({ ids, content, onSpent }: PackedEvents): readonly (string | undefined)[] {
    if (onSpent) this.ends.push(onSpent);
    const packed = content as PackedRows;
    for (const name of packed.usual) this.used.usual.add(name);
    for (const name of packed.lists) this.used.lists.add(name);
    const chunks = packed.chunks.map((chunk) => Buffer.from(chunk));
    return ids.map((id, i) => {
      const row = unpackRow(packed, chunks, i);
      const key = this.newKey(id, row);
      if (key === undefined) return undefined;
      this.rows.set(key, row);
      this.bytes += row.end - row.start;
      return key;
    });
  }

  pack(): PackedEvents {
    const content = packRows([...this.rows.values()], this.bytes, this.used, this.written, this.pool);
    this.release();
    return { ids: [...this.rows.keys()].map(idOfKey), content, buffers: [...content.chunks, content.places.buffer] };
  }

  /** Its rows are not needed any more. */
  release(): void {
    this.isSpent = true;
    this.written.release();
    for (const end of this.ends.splice(0)) end();
  }

  /** The writer finds out which of near times are one: an event that it leaves out must not keep another out. */
  private newKey(id: string, moment: Moment): string | undefined {
    return newKey(this.rows, id, moment, isEqualMoment);
  }

  private ofDocument(event: EventView, id: string, withIngested: boolean): PlacedRow {
    const { ofDocument } = this.makers;
    const row = ofDocument.of(event, id, this.used, withIngested);
    return this.written.add(row, ofDocument.fillsIngested);
  }
}
