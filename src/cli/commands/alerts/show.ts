import { basename } from 'node:path';
import type { Command } from 'commander';
import { countOf, formatTime } from '../../../base/text/figures.ts';
import { printable, printableLines } from '../../../base/text/printable.ts';
import { wrapColumns } from '../../../base/text/text-width.ts';
import type { AlertDetail } from '../../../server/contract/alerts.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { layOut } from '../../terminal/columns.ts';
import { openOutput, terminalWidth } from '../../terminal/output.ts';

/** Events that are listed; --json has all. */
const SHOWN_EVENTS = 20;

/** `smbastion alerts show ID`. */
export function registerAlertsShow(alerts: Command): void {
  const command = alerts
    .command('show')
    .description('show an alert: what happened, its events, what was done about it')
    .argument('<id>', 'id of the alert, or its first letters')
    .option('--json', 'as the API answers it, with the ECS document');
  addServerOptions(command).action((id: string, flags: ServerFlags & { readonly json?: boolean }) =>
    withApi(flags, async (api) => {
      const alert = await api.get<AlertDetail>(`/api/v1/alerts/${encodeURIComponent(id)}`);
      const output = openOutput(undefined);
      output.write(flags.json ? `${JSON.stringify(alert)}\n` : describe(alert, Math.min(100, terminalWidth())));
      output.close();
    }),
  );
}

function describe(alert: AlertDetail, width: number): string {
  const { history, members, rule } = alert;
  const facts = [
    ['id', alert.id],
    ['rule', rule.id],
    ['severity', `${alert.severity} (${alert.riskScore})${alert.isBuildingBlock ? ', a building block' : ''}`],
    ['state', alert.verdict ? `${alert.state}, ${alert.verdict}` : alert.state],
    ['last event', alert.timeMs === 0 ? 'no time' : `${formatTime(alert.timeMs)} UTC`],
    ['alert made', `${formatTime(alert.createdMs)} UTC`],
    ['host', alert.host],
    ['source', alert.source],
    ['destination', alert.destination],
    ['account', alert.account],
  ].filter((fact): fact is string[] => fact[1] !== undefined);
  const shown = members.slice(0, SHOWN_EVENTS);
  // Ids and names of files are copied, so that they stand whole, on a line of their own.
  const events = shown.map(({ id, timeMs = Number.NaN, place }) => {
    const file = place === undefined ? '' : `    ${printable(basename(place))}\n`;
    return `${formatTime(timeMs)}  ${printable(id)}\n${file}`;
  });
  const more = alert.events - shown.length;
  const acts = history.map(({ atMs, by, state, verdict, note }) => {
    return [
      formatTime(atMs),
      by,
      [verdict ? `${state}, ${verdict}` : state, note].filter((part) => part !== '').join(': '),
    ];
  });
  return [
    `${wrapped(rule.name, width)}\n`,
    alert.reason === '' ? undefined : `${wrapped(alert.reason, width)}\n`,
    layOut(facts, width),
    `\n${countOf(alert.events, 'event')}${members.length === 0 && alert.events > 0 ? ', none kept by name' : ''}\n`,
    events.join(''),
    shown.length > 0 && more > 0 ? `… and ${countOf(more, 'more', 'more')}\n` : undefined,
    acts.length === 0 ? '\nNobody did anything about it yet.\n' : `\nWhat was done\n${layOut(acts, width)}`,
  ]
    .filter((part) => part !== undefined)
    .join('');
}

function wrapped(text: string, width: number): string {
  return wrapColumns(printableLines(text), width).join('\n');
}
