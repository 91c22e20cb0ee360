import { countOf } from '../../base/text/figures.ts';
import { EXIT } from '../../base/error.ts';
import { restoreData } from '../../server/data/restore.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { readServerConfiguration } from '../server-configuration.ts';
import { say } from '../terminal/output.ts';

interface Backup {
  readonly folder: string;
  readonly rows: number;
}

interface Check {
  readonly events: number;
  readonly problems: readonly string[];
}

/** `smbastion store …`: care for what the server keeps. */
export const storeCommand: CliCommand = {
  id: 'store',
  register: (program) => {
    const store = program.command('store').description('copy, restore and check what the server keeps');
    store.helpCommand(false);
    addServerOptions(store.command('backup'))
      .description('copy the store to a new folder below backups in the data folder; the server may run')
      .action((flags: ServerFlags) =>
        withApi(flags, async (api) => {
          const { folder, rows } = await api.post<Backup>('/api/v1/store/backups');
          say(`${countOf(rows, 'row')} were copied to ${folder}.`);
        }),
      );
    addServerOptions(store.command('check'))
      .description('read all events of the store and say what is wrong')
      .action((flags: ServerFlags) =>
        withApi(flags, async (api) => {
          const { events, problems } = await api.get<Check>('/api/v1/store/check');
          for (const problem of problems) say(problem);
          if (problems.length > 0) process.exitCode = EXIT.partial;
          else say(`${countOf(events, 'event')}: all is well.`);
        }),
      );
    store
      .command('restore <folder>')
      .description('make the store of a data folder that has none from a copy; no server may run on it')
      .option('-c, --config <file>', 'configuration (default: smbastion.toml here, if there is one)')
      .action(async (folder: string, flags: { readonly config?: string }) => {
        const file = await restoreData(folder, readServerConfiguration(flags).config, say);
        say(`${file} was made from ${folder}.`);
      });
    for (const command of store.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};
