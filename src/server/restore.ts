import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, configToNetworks } from '../config/config.ts';
import { restoreStore } from '../store/open-store.ts';

/**
 * Makes the store of a data folder that has none from a copy.
 *
 * @returns the file that was made
 * @throws STORE-OPEN when there is a store; STORE-BACKUP when the copy is not whole
 */
export async function restoreData(folder: string, config: Config): Promise<string> {
  const { dataFolder } = config.server;
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const file = join(dataFolder, 'store.duckdb');
  await restoreStore(folder, file, configToNetworks(config));
  return file;
}
