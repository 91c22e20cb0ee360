import { InvalidArgumentError } from 'commander';
import type { Static } from 'typebox';
import { listOf } from '../../base/text/figures.ts';
import { parseDuration } from '../../base/time/duration.ts';
import { SCOPES, type Scope } from '../../server/access/caller.ts';
import type { KeyAnswer, MadeKey } from '../../server/contract/people.ts';
import { type Api, addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { openOutput, say } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

type Key = Static<typeof KeyAnswer>;

const COLUMNS: readonly RowColumn<Key>[] = [
  { name: 'id', value: ({ id }) => id },
  { name: 'scopes', value: ({ scopes }) => scopes },
  { name: 'last_used', timeMs: ({ lastUsedMs }) => lastUsedMs },
  { name: 'expires', timeMs: ({ expiresMs }) => expiresMs },
  { name: 'created_by', value: ({ createdBy }) => createdBy },
  { name: 'name', value: ({ name }) => name },
];

interface AddFlags extends ServerFlags {
  readonly scope: Scope[];
  readonly expires?: number;
}

/** `smbastion keys …`: which programs may send events and ask. */
export const keysCommand: CliCommand = {
  id: 'keys',
  register: (program) => {
    const keys = program.command('keys').description('list, make and remove the API keys of the server');
    keys.helpCommand(false);
    addServerOptions(keys.command('list'))
      .description('list the keys, with when they were last used')
      .addOption(rowFormatOption())
      .action((flags: ServerFlags & { format?: string }) =>
        withApi(flags, async (api) => {
          const output = openOutput(undefined);
          const { keys: rows } = await api.get<{ keys: Key[] }>('/api/v1/keys');
          writeRows(output, flags.format, COLUMNS, rows);
          output.close();
          if (rows.length === 0) say('There is no key; smbastion keys add makes one.');
        }),
      );
    addServerOptions(keys.command('add').argument('<name>', 'what it is for'))
      .description('make a key; prints it as id:secret, once')
      .requiredOption('--scope <scopes>', `what it may do, separated by commas: ${SCOPES.join(', ')}`, parseScopes)
      .option('--expires <duration>', 'when it ends, such as 90d (default: never)', parseEnd)
      .action((name: string, flags: AddFlags) => withApi(flags, (api) => addKey(name, flags, api)));
    addServerOptions(keys.command('remove').argument('<id>'))
      .description('remove a key; it stops working at once')
      .action((id: string, flags: ServerFlags) =>
        withApi(flags, async (api) => {
          await api.delete(`/api/v1/keys/${encodeURIComponent(id)}`);
          say(`The key ${id} was removed.`);
        }),
      );
    for (const command of keys.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};

async function addKey(name: string, { scope, expires }: AddFlags, api: Api) {
  const expiresMs = expires === undefined ? undefined : Date.now() + expires;
  const made = await api.post<Static<typeof MadeKey>>('/api/v1/keys', { name, scopes: scope, expiresMs });
  const output = openOutput(undefined);
  output.write(`${made.key.id}:${made.secret}\n`);
  output.close();
  say(`Nobody can see it again. As a header: Authorization: ApiKey ${made.encoded}`);
}

function parseScopes(text: string): Scope[] {
  const given = text.split(',').map((scope) => scope.trim());
  const wrong = given.find((scope) => !(SCOPES as readonly string[]).includes(scope));
  if (wrong === undefined) return given as Scope[];
  throw new InvalidArgumentError(`"${wrong}" is none of ${listOf(SCOPES)}`);
}

function parseEnd(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError('a duration such as 12h, 90d or 52w is needed');
}
