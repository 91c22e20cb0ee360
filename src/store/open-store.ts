import { SmbError } from '../base/error.ts';
import type { Networks } from '../event/networks.ts';
import type { Store } from './store.ts';
import { DEFAULT_STORE_SETTINGS, type StoreSettings } from './store-settings.ts';

/**
 * Opens what rests on this machine. DuckDB is loaded only now, so that whatever else the program does works where
 * there is no build of it.
 *
 * @param file the database; made when it is not there, `:memory:` for one that is forgotten
 * @param networks what is inside, for fields that are worked out when events are read back
 * @throws STORE-VERSION when a newer program wrote it
 * @throws STORE-OPEN when DuckDB is not installed or the file cannot be opened
 */
export async function openStore(
  file: string,
  networks: Networks,
  settings: StoreSettings = DEFAULT_STORE_SETTINGS,
): Promise<Store> {
  return (await duckDb()).openDuckDbStore(file, networks, settings);
}

/**
 * Makes a store from a copy, whole or not at all.
 *
 * @param folder the copy
 * @param file must not be there yet
 * @throws STORE-OPEN when the file is there
 * @throws STORE-BACKUP when the copy is not whole
 */
export async function restoreStore(
  folder: string,
  file: string,
  networks: Networks,
  settings: StoreSettings = DEFAULT_STORE_SETTINGS,
): Promise<void> {
  return (await duckDb()).restoreDuckDbStore(folder, file, networks, settings);
}

async function duckDb(): Promise<typeof import('./duckdb/duckdb-store.ts')> {
  try {
    return await import('./duckdb/duckdb-store.ts');
  } catch (cause) {
    throw new SmbError(
      'STORE-OPEN',
      `DuckDB cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        fix: 'npm has builds for Linux, macOS and Windows on x64 and arm64; install without leaving out optional packages',
      },
    );
  }
}
