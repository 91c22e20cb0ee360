import type { Static } from 'typebox';
import { countOf, formatBytes, formatCount, formatMinute } from '../../base/text/figures.ts';
import { SEVERITIES } from '../../event/severity.ts';
import type { StatusAnswer } from '../../server/contract/status.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { layOut } from '../terminal/columns.ts';
import { openOutput, terminalWidth } from '../terminal/output.ts';

/** `smbastion status`: how the server does. */
export const statusCommand: CliCommand = {
  id: 'status',
  register: (program) => {
    addServerOptions(program.command('status'))
      .description('say how the server does')
      .option('--running', 'ask a server only; exits with 5 when none runs')
      .option('--json', 'as the API answers it')
      .action((flags: ServerFlags & { readonly json?: boolean }) =>
        withApi(flags, async (api) => {
          const status = await api.get<Static<typeof StatusAnswer>>('/api/v1/status');
          const output = openOutput(undefined);
          output.write(flags.json ? `${JSON.stringify(status)}\n` : statusText(status, api.where));
          output.close();
        }),
      );
  },
};

function waitingText({ waiting, waitsBecause }: Static<typeof StatusAnswer>['intake']): string {
  const events = countOf(waiting, 'event');
  return waitsBecause === undefined
    ? `${events} more on disk, found within half a minute`
    : `${events} more on disk; the store cannot take them in: ${waitsBecause}`;
}

function statusText(status: Static<typeof StatusAnswer>, where: string): string {
  const { version, isServing, rules, runs, openAlerts, intake, store } = status;
  const open = SEVERITIES.toReversed().map((severity) => `${formatCount(openAlerts[severity])} ${severity}`);
  const failed = runs.failed > 0 ? `, ${countOf(runs.failed, 'failed run')}` : '';
  const newest = intake.newestEventMs === undefined ? 'none' : `${formatMinute(intake.newestEventMs)} UTC`;
  return layOut(
    [
      ['version', `${version}, ${isServing ? where : `no server runs; read from ${where}`}`],
      ...(status.hasExamples
        ? [['examples', 'the bundled ones are in; smbastion examples remove takes them out']]
        : []),
      ['open alerts', open.join(', ')],
      [
        'rules',
        `${rules.active} of ${rules.all} on, ${runs.rules} have run${failed}, ${countOf(rules.faulty, 'faulty file')}`,
      ],
      ['latest run', runs.latestMs === undefined ? 'none' : `${formatMinute(runs.latestMs)} UTC`],
      ['events', `${formatCount(intake.events)}, the newest: ${newest}`],
      ...(intake.waiting > 0 ? [['waiting', waitingText(intake)]] : []),
      ['not readable', countOf(intake.deadLetters, 'dead letter')],
      ['store', `${formatBytes(store.bytes)}, ${formatBytes(store.freeBytes)} free on the disk`],
    ],
    terminalWidth(),
  );
}
