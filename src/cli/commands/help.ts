import { ERROR_TABLE, EXIT_MEANING, SmbError } from '../../base/error.ts';
import type { CliCommand } from '../command.ts';
import { layOut } from '../terminal/columns.ts';
import { openOutput, terminalWidth } from '../terminal/output.ts';

/** `smbastion help [COMMAND | exit-codes | errors]`. */
export const helpCommand: CliCommand = {
  id: 'help',
  register: (program) => {
    program
      .command('help')
      .description('help on a command, or on: exit-codes, errors')
      .argument('[topic]', 'command or topic')
      .action((topic: string | undefined) => {
        const command = program.commands.find((one) => one.name() === topic);
        if (topic === undefined) program.outputHelp();
        else if (command) command.outputHelp();
        else printTopic(topic);
      });
  },
};

function printTopic(topic: string): void {
  const output = openOutput(undefined);
  if (topic === 'exit-codes') {
    output.write(layOut(Object.entries(EXIT_MEANING), terminalWidth()));
  } else if (topic === 'errors') {
    output.write(
      layOut(
        ERROR_TABLE.map(({ code, exitCode, meaning }) => [code, String(exitCode), meaning]),
        terminalWidth(),
      ),
    );
  } else {
    throw new SmbError('USAGE', `There is no help on "${topic}".`, { fix: 'topics: exit-codes, errors, or a command' });
  }
  output.close();
}
