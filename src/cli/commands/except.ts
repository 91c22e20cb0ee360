import type { CliCommand } from '../command.ts';
import { registerExceptAdd } from './except/add.ts';
import { registerExceptFromAlert } from './except/from-alert.ts';
import { registerExceptList } from './except/list.ts';
import { registerExceptRemove } from './except/remove.ts';
import { registerExceptShow } from './except/show.ts';

/** `smbastion except …`: what is known and approved, kept by the server. */
export const exceptCommand: CliCommand = {
  id: 'except',
  register: (program) => {
    const except = program
      .command('except')
      .description('make exceptions from alerts, see what they hide, list and remove them');
    except.helpCommand(false);
    registerExceptList(except);
    registerExceptShow(except);
    registerExceptFromAlert(except);
    registerExceptAdd(except);
    registerExceptRemove(except);
    for (const command of except.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};
