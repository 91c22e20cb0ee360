import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../base/error.ts';
import { type ListenAddress, parseListenAddress } from '../../config/server-settings.ts';
import type { RunningServer } from '../../server/run-server.ts';
import type { Service } from '../../server/service.ts';
import { sayMade } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { readServerConfiguration } from '../server-configuration.ts';
import { say } from '../terminal/output.ts';

interface ServeFlags {
  readonly config?: string;
  readonly data?: string;
  readonly listen?: ListenAddress;
  readonly examples?: boolean;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

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
  const [{ runServer }, { serverLog }, { hasStore }] = await Promise.all([
    import('../../server/run-server.ts'),
    import('../../server/server-log.ts'),
    import('../../server/data/data-folder.ts'),
  ]);
  const { dataFolder } = config.server;
  const isNew = !hasStore(dataFolder);
  const stop = awaitSignal(config.server.stopMs);
  const log = serverLog(process.stderr.isTTY ? 'warn' : 'info');
  const server = await runServer(config, log, flags.examples ? sayExamples : undefined);
  try {
    if (isNew) sayMade(dataFolder);
    if (!stop.isAsked) await sayWhere(server);
    await stop.asked;
  } finally {
    await server.stop();
  }
}

async function sayWhere({ service, url }: RunningServer): Promise<void> {
  const link = await service.accounts.firstAdminLink();
  if (link !== undefined) {
    say('No admin has a password yet. This link sets it, once, within a day:');
    say(`    ${service.publicUrl}/link/${link}`);
  }
  say(`smbastion listens on ${url}; its data is in ${service.config.server.dataFolder}. Ctrl-C stops it.`);
}

/**
 * Waits for the first signal, also one that comes while the server starts: it is stopped when it has started. A second signal
 * ends at once, and so does time: what was acknowledged is on disk, so that ending is safe.
 */
function awaitSignal(stopMs: number): { readonly asked: Promise<void>; readonly isAsked: boolean } {
  let isAsked = false;
  const asked = new Promise<void>((resolve) => {
    const stop = () => {
      isAsked = true;
      say('Stopping. A second signal ends at once.');
      setTimeout(endNow, stopMs * 2).unref();
      for (const signal of STOP_SIGNALS) process.off(signal, stop).once(signal, endNow);
      resolve();
    };
    for (const signal of STOP_SIGNALS) process.on(signal, stop);
  });
  return {
    asked,
    get isAsked() {
      return isAsked;
    },
  };
}

function endNow(): void {
  process.exit(EXIT.interrupted);
}

/** Loads the bundled examples into an empty store, and says so whenever they are in. */
async function sayExamples(service: Service): Promise<void> {
  const { hasExamples, loadExamples } = await import('../../server/data/examples.ts');
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
