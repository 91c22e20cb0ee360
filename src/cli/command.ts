import type { Command } from 'commander';

/** A command of the command line; one file each, commands.ts is the list. */
export interface CliCommand {
  /** First word, such as `scan`. */
  readonly id: string;
  /** Adds the command to the program. Actions set the exit code of the process and throw SmbError for the user's mistakes. */
  readonly register: (program: Command) => void;
}
