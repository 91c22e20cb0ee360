import { BufferPool, shared } from '../../base/bytes/buffer-pool.ts';
import { fields } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import { CatalogueColumns } from '../../query/compile/sql/catalogue-columns.ts';
import type { BatchRecipe, EventBatch, EventBatches } from '../event-store.ts';
import { DuckDbBatch, type RowMakers } from './event-batch.ts';
import { EventRows } from './event-row.ts';
import { OriginRows } from './origin-row.ts';
import { ChunkPool, RowBytes } from './row-bytes.ts';

/** Bytes of packed rows that came back and wait for the next ones. */
const MAX_FREE_BYTES = 64 * 1024 * 1024;

/** Batches of rows for DuckDB, made without it: threads that read load nothing of the database. */
export class DuckDbBatches implements EventBatches {
  private readonly makers: RowMakers;
  private readonly pool = new ChunkPool();
  private readonly buffers = new BufferPool(MAX_FREE_BYTES, shared);

  /** @param columns of the table of usual events */
  constructor(columns: CatalogueColumns, networks: Networks) {
    this.makers = { ofDocument: new EventRows(columns, networks), ofOrigin: new OriginRows(columns) };
  }

  /** For a store with the columns of the recipe. */
  static of(recipe: BatchRecipe, networks: Networks): DuckDbBatches {
    const known = new Set(recipe.fields);
    const held = fields.catalogued.filter(({ name }) => known.has(name));
    return new DuckDbBatches(new CatalogueColumns(held, 'usual'), networks);
  }

  batch(ingestedMs?: number): EventBatch {
    return new DuckDbBatch(this.makers, new RowBytes(this.pool), this.buffers, ingestedMs);
  }

  reuse(buffers: readonly ArrayBufferLike[]): void {
    this.buffers.give(buffers);
  }
}
