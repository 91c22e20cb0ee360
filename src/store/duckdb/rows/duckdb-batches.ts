import { BufferPool, shared } from '../../../base/bytes/buffer-pool.ts';
import { fields } from '../../../event/field.ts';
import type { Networks } from '../../../event/networks.ts';
import { CatalogueColumns } from '../../../query/compile/sql/catalogue-columns.ts';
import type { BatchRecipe, EventBatch, EventBatches } from '../../event-store.ts';
import { DuckDbBatch, type RowMakers } from './event-batch.ts';
import { EventRows } from './event-row.ts';
import { OriginRows } from './origin-row.ts';
import { RowBytes } from './row-bytes.ts';

/** Bytes that held rows and wait for the next ones: a request of a shipper fills some megabytes. */
const MAX_FREE_BYTES = 64 * 1024 * 1024;

/** Batches of rows for DuckDB, made without it: threads that read load nothing of the database. */
export class DuckDbBatches implements EventBatches {
  private readonly makers: RowMakers;
  private readonly pool = new BufferPool(MAX_FREE_BYTES, shared);

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
    return new DuckDbBatch(this.makers, new RowBytes(this.pool), this.pool, ingestedMs);
  }

  reuse(buffers: readonly ArrayBufferLike[]): void {
    this.pool.give(buffers);
  }
}
