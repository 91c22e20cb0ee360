import { readFileSync } from 'node:fs';
import { type ConfigOrigin, configOrigins } from '../../config/config-origins.ts';
import type { CliCommand } from '../command.ts';
import { readServerConfiguration } from '../server-configuration.ts';
import { openOutput } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

interface ShowFlags {
  readonly config?: string;
  readonly origin?: boolean;
  readonly format?: string;
}

const KEY: RowColumn<ConfigOrigin> = { name: 'key', value: ({ key }) => key };
const VALUE: RowColumn<ConfigOrigin> = { name: 'value', value: ({ value }) => value };
const ORIGIN: RowColumn<ConfigOrigin> = { name: 'origin', value: ({ origin }) => origin };

/** `smbastion config …`: what holds, and why. */
export const configCommand: CliCommand = {
  id: 'config',
  register: (program) => {
    const config = program.command('config').description('show what the configuration says');
    config.helpCommand(false);
    config
      .command('show')
      .description('check the configuration and print every value that holds')
      .option('-c, --config <file>', 'configuration (default: smbastion.toml here, if there is one)')
      .option('--origin', 'where each value comes from: default, file and line, environment')
      .addOption(rowFormatOption())
      .action((flags: ShowFlags) => {
        const read = readServerConfiguration(flags);
        const { file } = read.config;
        const origins = configOrigins(file === undefined ? undefined : { file, text: readFileSync(file, 'utf8') });
        const over = new Map(read.overrides.map((one) => [one.key, one]));
        const output = openOutput(undefined);
        const columns = flags.origin ? [KEY, ORIGIN, VALUE] : [KEY, VALUE];
        writeRows(
          output,
          flags.format,
          columns,
          origins.map((one) => over.get(one.key) ?? one),
        );
        output.close();
      });
    for (const command of config.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};
