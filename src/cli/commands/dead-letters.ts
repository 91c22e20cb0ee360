import type { Static } from 'typebox';
import { countOf, formatMinute } from '../../base/text/figures.ts';
import { printable, printableJson } from '../../base/text/printable.ts';
import { cutColumns } from '../../base/text/text-width.ts';
import type { DeadLetterPage, ReplayAnswer } from '../../server/contract/intake.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { openOutput, terminalWidth } from '../terminal/output.ts';

interface ListFlags extends ServerFlags {
  readonly json?: boolean;
}

/** Letters that are listed. */
const LISTED = 100;

/** `smbastion dead-letters …`: what came in and could not be read. */
export const deadLettersCommand: CliCommand = {
  id: 'dead-letters',
  register: (program) => {
    const letters = program.command('dead-letters').description('look at what could not be read, and read it again');
    letters.helpCommand(false);
    addServerOptions(letters.command('list'))
      .description(`the newest ${LISTED}: when, who sent it, why, how it begins`)
      .option('--json', 'one document a line, whole')
      .action((flags: ListFlags) => list(flags));
    addServerOptions(letters.command('replay'))
      .description('read all of them again, after an update or a change of the configuration')
      .action((flags: ServerFlags) => replay(flags));
    for (const command of letters.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};

function list(flags: ListFlags): Promise<void> {
  return withApi(flags, async (api) => {
    const output = openOutput(undefined);
    let listed = 0;
    let page: Static<typeof DeadLetterPage>;
    let after = '';
    do {
      page = await api.get(`/api/v1/dead-letters?limit=${LISTED - listed}${after}`);
      for (const letter of page.letters) {
        if (flags.json) output.write(`${printableJson(letter)}\n`);
        else {
          const { atMs, intake, reason, content, canReplay } = letter;
          const kept = canReplay ? '' : ' (cannot be read again)';
          output.write(`${formatMinute(atMs)} UTC ${printable(intake)}: ${printable(reason)}${kept}\n`);
          output.write(`    ${cutColumns(printable(content), terminalWidth() - 4)}\n`);
        }
      }
      listed += page.letters.length;
      after = `&after=${page.next}`;
    } while (page.next !== undefined && listed < LISTED);
    const { held, discarded } = page;
    const gone = discarded > 0 ? `; ${discarded} older ones gave way` : '';
    if (!flags.json) output.write(`${countOf(held, 'dead letter')}${gone}\n`);
    output.close();
  });
}

function replay(flags: ServerFlags): Promise<void> {
  return withApi(flags, async (api) => {
    const { read, unreadable, left } = await api.post<Static<typeof ReplayAnswer>>('/api/v1/dead-letters/replay');
    const output = openOutput(undefined);
    const rest = left > 0 ? `, ${left} left as they are: they hold a part of a message, or a place in a file` : '';
    output.write(`${countOf(read, 'letter')} read and stored, ${unreadable} still cannot be read${rest}\n`);
    output.close();
  });
}
