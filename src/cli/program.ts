/** The command line: parses arguments, runs a command, turns errors into sentences and exit codes. */
import { Command, CommanderError } from 'commander';
import { EXIT, formatError, SmbError } from '../base/error.ts';
import { PRODUCT } from '../base/product.ts';
import { didYouMean } from '../base/suggest.ts';
import { printableLines } from '../base/text/printable.ts';
import { commands } from './commands.ts';
import { outputError, say } from './terminal/output.ts';

/** The program with all its commands, not yet run. */
export function buildProgram(): Command {
  const program = new Command('smbastion')
    .description('Watches and blocks SMB. Reads evidence from files, folders, archives and pipes.')
    .version(PRODUCT.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(withFix(text.replace(/^error: /, ''))) });
  program.helpCommand(false);
  for (const command of commands.all) command.register(program);
  for (const command of program.commands) command.exitOverride().showSuggestionAfterError(true);
  program.addHelpText('after', HELP_FOOTER);
  program.action(() => {
    const [word] = program.args;
    if (word === undefined) {
      program.outputHelp();
      return;
    }
    throw new SmbError(
      'USAGE',
      `There is no command "${word}".${didYouMean(
        word,
        commands.all.map(({ id }) => id),
      )}`,
      {
        fix: 'smbastion --help lists the commands',
      },
    );
  });
  program.allowExcessArguments(true);
  return program;
}

/** The one mistake of the command line that its own words do not help with: nothing named, perhaps a pipe meant. */
function withFix(text: string): string {
  if (!text.includes("'path'")) return text;
  return `${text.trimEnd()}\n    name files or folders, or - for standard input\n`;
}

const HELP_FOOTER = `
Examples:
  smbastion scan evidence/                  findings, worst first
  smbastion scan evidence/ --html report.html
  smbastion query 'destination.port:445 and not destination.ip:10.0.0.0/8' conn.log
  zcat conn.log.gz | smbastion scan - --format jsonl

More: smbastion help exit-codes, smbastion COMMAND --help`;

/**
 * Runs a command line and sets the exit code of the process.
 *
 * @param argv as process.argv
 */
export async function run(argv: readonly string[]): Promise<void> {
  // `| head` closes the pipe early: that is the reader's decision and no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done);
    process.exit(report(outputError('standard output', error)));
  });
  // Nobody reads the remarks any more: the answer still counts.
  process.stderr.on('error', () => {});
  try {
    await buildProgram().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Says what went wrong. @returns the exit code */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof SmbError) {
    say(printableLines(formatError(error)));
    return error.exitCode;
  }
  say(
    `This is a bug in smbastion; please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return EXIT.bug;
}
