import { type Command, Option } from 'commander';
import type { Static } from 'typebox';
import { EXIT, SmbError } from '../../../base/error.ts';
import { countOf } from '../../../base/text/figures.ts';
import type { AlertGroups, AlertsChanged } from '../../../server/contract/alerts.ts';
import { addAlertFilter, type AlertFilterFlags, alertFilter, queryText, sayNoAlert } from '../../alert-filter.ts';
import { addServerOptions, type Api, type ServerFlags, withApi } from '../../api-client.ts';
import { say } from '../../terminal/output.ts';

interface ChangeFlags extends ServerFlags, AlertFilterFlags {
  readonly as?: string;
  readonly note?: string;
  readonly yes?: boolean;
}

/** A command that changes alerts. */
interface ChangeCommand {
  readonly name: string;
  readonly description: string;
  readonly state: 'open' | 'acknowledged' | 'closed';
  /** How what was done is told. */
  readonly done: string;
  /** States that alerts have which are chosen by options. */
  readonly from: readonly string[];
}

const COMMANDS: readonly ChangeCommand[] = [
  {
    name: 'ack',
    description: 'say that somebody looks at alerts',
    state: 'acknowledged',
    done: 'acknowledged',
    from: ['open'],
  },
  {
    name: 'close',
    description: 'close alerts with a verdict',
    state: 'closed',
    done: 'closed',
    from: ['open', 'acknowledged'],
  },
  {
    name: 'reopen',
    description: 'open alerts again',
    state: 'open',
    done: 'opened again',
    from: ['acknowledged', 'closed'],
  },
];

/** `smbastion alerts ack|close|reopen`. */
export function registerAlertChanges(alerts: Command): void {
  for (const change of COMMANDS) {
    const command = alerts
      .command(change.name)
      .description(`${change.description}: those named, or all that the options choose`)
      .argument('[id...]', 'ids of alerts, or their first letters')
      .option('--note <text>', 'why; kept in the history')
      .option('-y, --yes', 'change what the options choose, without being asked to look first');
    if (change.state === 'closed') {
      command.addOption(
        new Option('--as <verdict>', 'what it was')
          .choices(['true-positive', 'benign', 'false-positive', 'duplicate'])
          .makeOptionMandatory(),
      );
    }
    addServerOptions(addAlertFilter(command)).action((ids: string[], flags: ChangeFlags) =>
      withApi(flags, (api) => run(api, change, ids, flags)),
    );
  }
}

async function run(api: Api, change: ChangeCommand, ids: readonly string[], flags: ChangeFlags): Promise<void> {
  const chosen = alertFilter(flags, Date.now());
  const isChosen = Object.keys(chosen).length > 0;
  if (isChosen === ids.length > 0) {
    throw new SmbError('USAGE', 'Alerts are either named or chosen by options.', {
      fix: `smbastion alerts ${change.name} ID..., or for example --rule ID --since 24h`,
    });
  }
  const filter = { ...chosen, state: change.from };
  if (isChosen && !flags.yes) return preview(api, filter, flags);
  const { changed, unknown } = await api.post<Static<typeof AlertsChanged>>('/api/v1/alerts/changes', {
    state: change.state,
    ...(flags.as !== undefined && { verdict: flags.as }),
    ...(flags.note !== undefined && { note: flags.note }),
    ...(isChosen ? { filter } : { ids }),
  });
  say(`${countOf(changed, 'alert')} ${change.done}.`);
  for (const id of unknown) say(`There is no alert "${id}".`);
  if (unknown.length > 0) process.exitCode = EXIT.usage;
}

/** Says what would be changed. */
async function preview(api: Api, filter: Record<string, unknown>, flags: AlertFilterFlags): Promise<void> {
  const query = queryText({ ...(filter as Record<string, string>), by: 'rule', limit: 1000 });
  const { groups } = await api.get<Static<typeof AlertGroups>>(`/api/v1/alerts/groups${query}`);
  for (const { count, severity, value } of groups) say(`${countOf(count, 'alert')} of ${value}, at worst ${severity}`);
  if (groups.length === 0) return sayNoAlert(api, flags, 'No alert is as asked.');
  say('Nothing was changed: --yes changes them.');
  process.exitCode = EXIT.usage;
}
