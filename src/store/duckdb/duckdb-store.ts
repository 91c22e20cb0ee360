/** One file of DuckDB, inside the process, that holds everything a server keeps. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { SmbError } from '../../base/error.ts';
import type { Networks } from '../../event/networks.ts';
import type { Store } from '../store.ts';
import { openDesk } from './desk/desk.ts';
import { forget } from './forget.ts';
import { DuckDbEventStore } from './duckdb-events.ts';
import { openMeta } from './store-meta.ts';

/** What DuckDB is told when it is opened: nothing is fetched from anywhere. */
const SETTINGS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  // Documents compressed as in ZIP files, which versions before 1.2 cannot read, take a quarter of the room.
  storage_compatibility_version: 'v1.5.0',
};

/** Opens a file; see openStore. */
export async function openDuckDbStore(file: string, networks: Networks): Promise<Store> {
  const instance = await openFile(file);
  const connection = await instance.connect();
  const meta = await openMeta(connection, file);
  const folder = file === ':memory:' ? mkdtempSync(join(tmpdir(), 'smbastion-rows-')) : `${file}.rows`;
  const events = await DuckDbEventStore.open(instance, meta, networks, folder);
  const desk = await openDesk(instance);
  return {
    ...desk,
    events,
    forget: (what) => forget(instance, what),
    close: async () => {
      await desk.close();
      await events.close();
      connection.closeSync();
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
