import type { Command } from 'commander';
import { SmbError } from '../../base/error.ts';
import type { CliCommand } from '../command.ts';
import { openOutput } from '../terminal/output.ts';

/** `smbastion completion bash|zsh|fish`: a script for the shell, made from the commands themselves. */
export const completionCommand: CliCommand = {
  id: 'completion',
  register: (program) => {
    program
      .command('completion')
      .description('print a completion script for bash, zsh or fish')
      .argument('<shell>', 'bash, zsh or fish')
      .addHelpText('after', '\nFor bash: smbastion completion bash > /etc/bash_completion.d/smbastion')
      .action((shell: string) => {
        const script = SCRIPTS[shell];
        if (!script)
          throw new SmbError('USAGE', `There is no completion for "${shell}".`, { fix: 'bash, zsh or fish' });
        const output = openOutput(undefined);
        output.write(script(wordsOf(program)));
        output.close();
      });
  },
};

/** Words that may follow a path of commands. */
interface CommandWords {
  /** `scan`, or `rules lint`. */
  readonly path: string;
  readonly words: readonly string[];
}

function wordsOf(program: Command, path: readonly string[] = []): CommandWords[] {
  const own = [
    ...program.commands.map((command) => command.name()),
    ...program.options.flatMap((option) => (option.long ? [option.long] : [])),
    '--help',
  ];
  return [
    { path: path.join(' '), words: own },
    ...program.commands.flatMap((command) => wordsOf(command, [...path, command.name()])),
  ];
}

const SCRIPTS: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash: (commands) => `_smbastion() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  local words=""
  while :; do
    case "$path" in
${commands.map(({ path, words }) => `      "${path}") words="${words.join(' ')}"; break ;;`).join('\n')}
      *) [[ "$path" == *" "* ]] && path="\${path% *}" || path="" ;;
    esac
  done
  COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))
}
complete -o filenames -F _smbastion smbastion
`,
  zsh: (commands) => `#compdef smbastion
_smbastion() {
  local path="\${(j: :)\${(@)words[2,CURRENT-1]:#-*}}"
  local -a found
  while :; do
    case "$path" in
${commands.map(({ path, words }) => `      "${path}") found=(${words.join(' ')}); break ;;`).join('\n')}
      *) [[ "$path" == *" "* ]] && path="\${path% *}" || path="" ;;
    esac
  done
  compadd -- $found
  _files
}
_smbastion "$@"
`,
  fish: (commands) =>
    commands
      .flatMap(({ path, words }) =>
        words.map((word) => {
          const condition =
            path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;
          return word.startsWith('--')
            ? `complete -c smbastion -n '${condition}' -l ${word.slice(2)}`
            : `complete -c smbastion -n '${condition}' -a ${word}`;
        }),
      )
      .join('\n')
      .concat('\n'),
};
