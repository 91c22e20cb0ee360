import { Argument, type Command } from 'commander';
import type { Static } from 'typebox';
import { formatMinute } from '../../base/text/figures.ts';
import { ROLES, type Role } from '../../server/access/caller.ts';
import type { LinkAnswer, UserAnswer, UserChange } from '../../server/contract/people.ts';
import { type Api, addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { openOutput, say } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

type User = Static<typeof UserAnswer>;

const COLUMNS: readonly RowColumn<User>[] = [
  { name: 'name', value: ({ name }) => name },
  { name: 'role', value: ({ role }) => role },
  { name: 'state', value: stateOf },
  { name: 'last_sign_in', timeMs: ({ lastSignInMs }) => lastSignInMs },
  { name: 'created', timeMs: ({ createdMs }) => createdMs },
];

/** `smbastion users …`: who may sign in at the server. */
export const usersCommand: CliCommand = {
  id: 'users',
  register: (program) => {
    const users = program.command('users').description('list, add, change and remove the users of the server');
    users.helpCommand(false);
    const sub = (name: string, description: string) => addServerOptions(users.command(name)).description(description);

    sub('list', 'list the users')
      .addOption(rowFormatOption())
      .action((flags: ServerFlags & { format?: string }) =>
        withApi(flags, async (api) => {
          const output = openOutput(undefined);
          writeRows(output, flags.format, COLUMNS, (await api.get<{ users: User[] }>('/api/v1/users')).users);
          output.close();
        }),
      );
    sub('add', 'add a user; prints the link that sets the password, once')
      .argument('<name>')
      .addArgument(roleArgument())
      .action((name: string, given: Role, flags: ServerFlags) =>
        withApi(flags, async (api) => printLink(await api.post('/api/v1/users', { name, role: given }))),
      );
    sub('link', 'make a new link that sets the password of a user')
      .argument('<name>')
      .action((name: string, flags: ServerFlags) =>
        withApi(flags, async (api) => printLink(await api.post(`${pathOf(name)}/link`))),
      );
    sub('role', 'give a user another role')
      .argument('<name>')
      .addArgument(roleArgument())
      .action((name: string, given: Role, flags: ServerFlags) =>
        withApi(flags, (api) => change(api, name, { role: given }, `${name} is now ${given}.`)),
      );
    sub('disable', 'let a user sign in no more; ends the sessions')
      .argument('<name>')
      .action((name: string, flags: ServerFlags) =>
        withApi(flags, (api) => change(api, name, { isDisabled: true }, `${name} cannot sign in any more.`)),
      );
    sub('enable', 'let a user sign in again')
      .argument('<name>')
      .action((name: string, flags: ServerFlags) =>
        withApi(flags, (api) => change(api, name, { isDisabled: false }, `${name} can sign in again.`)),
      );
    sub('remove', 'remove a user; ends the sessions')
      .argument('<name>')
      .action((name: string, flags: ServerFlags) =>
        withApi(flags, async (api) => {
          await api.delete(pathOf(name));
          say(`${name} was removed.`);
        }),
      );
    exitOnMistakes(users);
  },
};

function roleArgument(): Argument {
  return new Argument('<role>', 'what they may do').choices(ROLES);
}

/** Mistakes in words of a subcommand are answered like those of a command. */
function exitOnMistakes(command: Command): void {
  for (const sub of command.commands) sub.exitOverride().showSuggestionAfterError(true);
}

function pathOf(name: string): string {
  return `/api/v1/users/${encodeURIComponent(name)}`;
}

async function change(api: Api, name: string, changes: Static<typeof UserChange>, done: string): Promise<void> {
  await api.patch(pathOf(name), changes);
  say(done);
}

function printLink({ user, link, expiresMs }: Static<typeof LinkAnswer>): void {
  const output = openOutput(undefined);
  output.write(`${link}\n`);
  output.close();
  say(`Whoever opens it first sets the password of ${user}. It works once, until ${formatMinute(expiresMs)} UTC.`);
}

function stateOf({ isDisabled, hasPassword, linkExpiresMs }: User): string {
  if (isDisabled) return 'disabled';
  if (linkExpiresMs !== undefined && linkExpiresMs > Date.now()) return hasPassword ? 'new link' : 'invited';
  return hasPassword ? 'active' : 'no password';
}
