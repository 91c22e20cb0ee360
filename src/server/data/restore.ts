import { SmbError } from '../../base/error.ts';
import { type Config, configToNetworks } from '../../config/config.ts';
import { restoreStore } from '../../store/open-store.ts';
import { hasStore, makeDataFolder, storeFile } from './data-folder.ts';

/**
 * Makes the store of a data folder that has none from a copy.
 *
 * @param say takes sentences about what is odd with the data folder
 * @returns the file that was made
 * @throws STORE-OPEN when there is a store, or the folder cannot be made; STORE-BACKUP when the copy is not whole
 */
export async function restoreData(
  folder: string,
  config: Config,
  say: (remark: string) => void = () => {},
): Promise<string> {
  const { dataFolder } = config.server;
  if (hasStore(dataFolder)) {
    throw new SmbError('STORE-OPEN', `${dataFolder} has a store already; a copy is restored into a new data folder.`, {
      fix: 'data in [server], or SMBASTION_DATA, names one',
    });
  }
  for (const remark of makeDataFolder(dataFolder)) say(remark);
  const file = storeFile(dataFolder);
  await restoreStore(folder, file, configToNetworks(config));
  return file;
}
