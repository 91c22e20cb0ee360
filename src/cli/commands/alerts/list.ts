import { type Command, Option } from 'commander';
import type { Static } from 'typebox';
import { SmbError } from '../../../base/error.ts';
import { formatCount } from '../../../base/text/figures.ts';
import type { AlertGroups, AlertList, AlertSummary } from '../../../server/contract/alerts.ts';
import {
  addAlertFilter,
  type AlertFilterFlags,
  alertFilter,
  queryText,
  sayNoAlert,
  splitCommas,
} from '../../alert-filter.ts';
import { addServerOptions, type Api, type ServerFlags, withApi } from '../../api-client.ts';
import { openOutput, say } from '../../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../../terminal/rows.ts';

interface ListFlags extends ServerFlags, AlertFilterFlags {
  readonly state?: string[];
  readonly all?: boolean;
  readonly buildingBlocks?: boolean;
  readonly by?: string;
  readonly limit: string;
  readonly format?: string;
}

type Group = Static<typeof AlertGroups>['groups'][number];

/** 0 stands for events without a time. */
const lastEvent = ({ timeMs }: AlertSummary) => (timeMs === 0 ? Number.NaN : timeMs);

const COLUMNS: readonly RowColumn<AlertSummary>[] = [
  { name: 'id', value: ({ id }) => id },
  { name: 'severity', value: ({ severity }) => severity },
  { name: 'risk_score', value: ({ riskScore }) => riskScore },
  { name: 'state', value: ({ state }) => state },
  { name: 'verdict', value: ({ verdict }) => verdict ?? null },
  { name: 'time', timeMs: lastEvent },
  { name: 'created', timeMs: ({ createdMs }) => createdMs },
  { name: 'rule', value: ({ rule }) => rule.id },
  { name: 'name', value: ({ rule }) => rule.name },
  { name: 'reason', value: ({ reason }) => reason },
  { name: 'events', value: ({ events }) => events },
  { name: 'host', value: ({ host }) => host ?? null },
  { name: 'source', value: ({ source }) => source ?? null },
  { name: 'destination', value: ({ destination }) => destination ?? null },
  { name: 'account', value: ({ account }) => account ?? null },
];

/** What is said when nothing is found. */
const NONE = 'No alert is as asked; --all shows closed ones, too.';

/** `acknowledged` is too long for a column. */
const STATE_WORDS = { open: 'open', acknowledged: 'acked', closed: 'closed' } as const;

/** The same in fewer columns, for 80 of a terminal. */
const TABLE_COLUMNS: readonly RowColumn<AlertSummary>[] = [
  { name: 'alert', value: ({ id }) => id.slice(0, 8) },
  { name: 'severity', value: ({ severity }) => severity },
  { name: 'state', value: ({ state }) => STATE_WORDS[state] },
  { name: 'last_event', timeMs: lastEvent },
  { name: 'what', value: ({ rule, reason }) => (reason === '' ? rule.name : `${rule.name}: ${reason}`) },
];

const GROUP_COLUMNS: readonly RowColumn<Group>[] = [
  { name: 'count', value: ({ count }) => count },
  { name: 'open', value: ({ open }) => open },
  { name: 'worst', value: ({ severity }) => severity },
  { name: 'first', timeMs: ({ firstMs }) => firstMs },
  { name: 'last', timeMs: ({ lastMs }) => lastMs },
  { name: 'value', value: ({ value }) => value ?? null },
];

/** The same for a terminal. */
const GROUP_TABLE_COLUMNS: readonly RowColumn<Group>[] = GROUP_COLUMNS.filter(({ name }) => name !== 'first');

/** `smbastion alerts list`. */
export function registerAlertsList(alerts: Command): void {
  const command = alerts
    .command('list')
    .description('list alerts, the newest first; those that are closed are left out')
    .option('--state <names>', 'open, acknowledged, closed, separated by commas', splitCommas)
    .option('--all', 'closed ones, too')
    .option('--building-blocks', 'weak signs that feed other rules, too')
    .addOption(
      new Option('--by <what>', 'count them by rule, host and so on instead').choices([
        'rule',
        'host',
        'source',
        'destination',
        'account',
      ]),
    )
    .option('-n, --limit <number>', 'how many at most', '50')
    .addOption(rowFormatOption());
  addServerOptions(addAlertFilter(command)).action((flags: ListFlags) =>
    withApi(flags, (api) => (flags.by === undefined ? list(api, flags) : group(api, flags))),
  );
}

async function list(api: Api, flags: ListFlags): Promise<void> {
  const limit = limitOf(flags);
  const rows: AlertSummary[] = [];
  let next: string | undefined;
  do {
    const page = { ...filterOf(flags), limit: Math.min(1000, limit - rows.length), after: next };
    const answer = await api.get<Static<typeof AlertList>>(`/api/v1/alerts${queryText(page)}`);
    rows.push(...answer.alerts);
    next = answer.next;
  } while (next !== undefined && rows.length < limit);
  write(flags, COLUMNS, TABLE_COLUMNS, rows);
  if (rows.length === 0) await sayNoAlert(api, flags, NONE);
  else if (next !== undefined) say(`${formatCount(rows.length)} are shown, there are more: --limit says how many.`);
}

async function group(api: Api, flags: ListFlags): Promise<void> {
  const query = { ...filterOf(flags), by: flags.by, limit: Math.min(1000, limitOf(flags)) };
  const { groups } = await api.get<Static<typeof AlertGroups>>(`/api/v1/alerts/groups${queryText(query)}`);
  write(flags, GROUP_COLUMNS, GROUP_TABLE_COLUMNS, groups);
  if (groups.length === 0) await sayNoAlert(api, flags, NONE);
}

function filterOf(flags: ListFlags) {
  const state = flags.state ?? (flags.all ? undefined : ['open', 'acknowledged']);
  return { ...alertFilter(flags, Date.now()), state, withBuildingBlocks: flags.buildingBlocks };
}

function limitOf({ limit }: ListFlags): number {
  const number = Number(limit);
  if (Number.isInteger(number) && number > 0) return number;
  throw new SmbError('USAGE', `"${limit}" of --limit is no whole number from 1 on.`);
}

function write<Row>(
  { format }: ListFlags,
  columns: readonly RowColumn<Row>[],
  tableColumns: readonly RowColumn<Row>[],
  rows: readonly Row[],
): void {
  const output = openOutput(undefined);
  writeRows(output, format, columns, rows, tableColumns);
  output.close();
}
