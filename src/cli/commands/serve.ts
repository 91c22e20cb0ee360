import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../base/error.ts';
import { type ListenAddress, parseListenAddress } from '../../config/server-settings.ts';
import type { Service } from '../../server/service.ts';
import type { CliCommand } from '../command.ts';
import { readServerConfiguration } from '../server-configuration.ts';
import { say } from '../terminal/output.ts';

interface ServeFlags {
  readonly config?: string;
  readonly data?: string;
  readonly listen?: ListenAddress;
  readonly examples?: boolean;
}

/** `smbastion serve`: collects, detects and answers until it is stopped. */
export const serveCommand: CliCommand = {
  id: 'serve',
  register: (program) => {
    program
      .command('serve')
      .description('run the server: take events in, run the rules day and night, answer the other commands')
      .option('-c, --config <file>', 'configuration (default: smbastion.toml here, if there is one)')
      .option('--data <folder>', 'where everything is kept, instead of [server] data (SMBASTION_DATA)')
      .option('--listen <address>', 'where to listen, instead of [server] listen (SMBASTION_LISTEN)', parseListen)
      .option('--examples', 'load the bundled example evidence when nothing is stored yet')
      .action(serve);
  },
};

async function serve(flags: ServeFlags): Promise<void> {
  const config = readServerConfiguration(flags).config;
  // Evidence and hashes of passwords are in the files of the database, which it makes readable for all that the mask lets.
  process.umask(0o077);
  const [{ runServer }, { serverLog }] = await Promise.all([
    import('../../server/run-server.ts'),
    import('../../server/server-log.ts'),
  ]);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const log = serverLog(process.stderr.isTTY ? 'warn' : 'info');
  const server = await runServer(config, log, flags.examples ? sayExamples : undefined);
  const link = await server.service.accounts.firstAdminLink();
  if (link !== undefined) {
    say('No admin has a password yet. This link sets it, once, within a day:');
    say(`    ${server.service.publicUrl}/link/${link}`);
  }
  say(`smbastion listens on ${server.url}; its data is in ${config.server.dataFolder}. Ctrl-C stops it.`);
  await stopped;
  say('Stopping.');
  // Whatever hangs: what was acknowledged is on disk, so that ending is safe.
  setTimeout(endNow, config.server.stopMs * 2).unref();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, endNow);
  await server.stop();
}

function endNow(): void {
  process.exit(EXIT.interrupted);
}

/** Loads the bundled examples into an empty store, and says so whenever they are in. */
async function sayExamples(service: Service): Promise<void> {
  const { hasExamples, loadExamples } = await import('../../server/examples.ts');
  const loaded = await loadExamples(service);
  if (loaded > 0) say(`${loaded} events of the bundled EXAMPLES were loaded; the rules run over them now.`);
  else if (await hasExamples(service)) say('The bundled EXAMPLES are in.');
  else return;
  say('They are no evidence of this site. "smbastion examples remove" takes them out.');
}

function parseListen(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address) return address;
  throw new InvalidArgumentError('an address and port such as 127.0.0.1:8445 is needed');
}
