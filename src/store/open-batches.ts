import type { Networks } from '../event/networks.ts';
import { DuckDbBatches } from './duckdb/rows/duckdb-batches.ts';
import type { BatchRecipe, EventBatches } from './event-store.ts';

/**
 * Makes batches for a store that another thread has open.
 *
 * @param recipe the store's word
 * @param networks the same as the store's
 */
export function openBatches(recipe: BatchRecipe, networks: Networks): EventBatches {
  return DuckDbBatches.of(recipe, networks);
}
