import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SmbError } from '../base/error.ts';
import { type Config, configToNetworks } from '../config/config.ts';
import { restoreStore } from '../store/open-store.ts';
import { makeDataFolder } from './data-folder.ts';

/**
 * Makes the store of a data folder that has none from a copy.
 *
 * @returns the file that was made
 * @throws STORE-OPEN when there is a store, or the folder cannot be made; STORE-BACKUP when the copy is not whole
 */
export async function restoreData(folder: string, config: Config): Promise<string> {
  const { dataFolder } = config.server;
  const file = join(dataFolder, 'store.duckdb');
  if (existsSync(file)) {
    throw new SmbError('STORE-OPEN', `${dataFolder} has a store already; a copy is restored into a new data folder.`, {
      fix: 'data in [server], or SMBASTION_DATA, names one',
    });
  }
  makeDataFolder(dataFolder);
  await restoreStore(folder, file, configToNetworks(config));
  return file;
}
