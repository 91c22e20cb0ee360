/** One file of DuckDB, inside the process, that holds everything a server keeps. */
import { DuckDBInstance } from '@duckdb/node-api';
import { SmbError } from '../../base/error.ts';
import type { Networks } from '../../event/networks.ts';
import type { Store } from '../store.ts';
import { openDesk } from './desk/desk.ts';
import { DuckDbEventStore } from './duckdb-events.ts';

/** What DuckDB is told when it is opened: nothing is fetched from anywhere. */
const SETTINGS = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

/** Opens a file; see openStore. */
export async function openDuckDbStore(file: string, networks: Networks): Promise<Store> {
  const instance = await openFile(file);
  const events = await DuckDbEventStore.open(instance, networks);
  const desk = await openDesk(instance);
  return {
    ...desk,
    events,
    close: async () => {
      await desk.close();
      await events.close();
      instance.closeSync();
    },
  };
}

async function openFile(file: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(file, SETTINGS);
  } catch (cause) {
    throw new SmbError(
      'STORE-OPEN',
      `${file} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        fix: 'one program at a time may have it open',
      },
    );
  }
}
