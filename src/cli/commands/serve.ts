import { InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';
import { EXIT } from '../../base/error.ts';
import type { Config } from '../../config/config.ts';
import { type ListenAddress, parseListenAddress } from '../../config/server-settings.ts';
import { readConfiguration } from '../configuration.ts';
import type { CliCommand } from '../command.ts';
import { say } from '../terminal/output.ts';

interface ServeFlags {
  readonly config?: string;
  readonly data?: string;
  readonly listen?: ListenAddress;
}

/** `smbastion serve`: collects, detects and answers until it is stopped. */
export const serveCommand: CliCommand = {
  id: 'serve',
  register: (program) => {
    program
      .command('serve')
      .description('run the server: take events in, run the rules day and night, answer the other commands')
      .option('-c, --config <file>', 'configuration (default: smbastion.toml here, if there is one)')
      .option('--data <folder>', 'where everything is kept, instead of [server] data')
      .option('--listen <address>', 'where to listen, instead of [server] listen', parseListen)
      .action(serve);
  },
};

async function serve(flags: ServeFlags): Promise<void> {
  const config = withFlags(readConfiguration(flags), flags);
  const [{ runServer }, { serverLog }] = await Promise.all([
    import('../../server/run-server.ts'),
    import('../../server/server-log.ts'),
  ]);
  const log = serverLog(process.stderr.isTTY ? 'warn' : 'info');
  const server = await runServer(config, log);
  const link = await server.service.accounts.firstAdminLink();
  say(`smbastion listens on ${server.url}; its data is in ${config.server.dataFolder}. Ctrl-C stops it.`);
  if (link !== undefined) {
    say(
      `No admin has a password yet. This link sets it, once, within a day:\n    ${server.service.publicUrl}/link/${link}`,
    );
  }
  await new Promise<void>((stopped) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped());
  });
  say('Stopping.');
  // Whatever hangs: what was acknowledged is on disk, so that ending is safe.
  const end = () => process.exit(EXIT.interrupted);
  setTimeout(end, config.server.stopMs * 2).unref();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  await server.stop();
}

function withFlags(config: Config, { data, listen }: ServeFlags): Config {
  const server = {
    ...config.server,
    ...(data !== undefined && { dataFolder: resolve(data) }),
    ...(listen && { listen }),
  };
  return { ...config, server };
}

function parseListen(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address) return address;
  throw new InvalidArgumentError('an address and port such as 127.0.0.1:8445 is needed');
}
