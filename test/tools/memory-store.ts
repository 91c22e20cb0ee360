import { DuckDBInstance } from '@duckdb/node-api';
import { Networks } from '../../src/event/networks.ts';
import { openDesk } from '../../src/store/duckdb/desk/desk.ts';
import { DuckDbEventStore } from '../../src/store/duckdb/duckdb-events.ts';
import type { Store } from '../../src/store/store.ts';

/** @returns a whole store that is forgotten when it is closed */
export async function memoryStore(): Promise<Store> {
  const instance = await DuckDBInstance.create(':memory:');
  const events = await DuckDbEventStore.open(instance, new Networks());
  const desk = await openDesk(instance);
  return {
    ...desk,
    events,
    close: async () => {
      await events.close();
      await desk.close();
      instance.closeSync();
    },
  };
}
