import type { Command } from 'commander';
import type { Static } from 'typebox';
import { countOf } from '../../base/text/figures.ts';
import { printableLines } from '../../base/text/printable.ts';
import type { ListDetail, ListKept, ListsAnswer, ListSummary } from '../../server/contract/exceptions.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { readText } from '../read-text.ts';
import { openOutput, say } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

const COLUMNS: readonly RowColumn<ListSummary>[] = [
  { name: 'entries', value: ({ entries }) => entries },
  { name: 'kind', value: ({ kind }) => kind },
  { name: 'by', value: ({ by }) => by },
  { name: 'at', timeMs: ({ atMs }) => atMs },
  { name: 'name', value: ({ name }) => name },
];

const pathOf = (name: string) => `/api/v1/lists/${encodeURIComponent(name)}`;

/** `smbastion lists …`: value lists that the server keeps. */
export const listsCommand: CliCommand = {
  id: 'lists',
  register: (program) => {
    const lists = program.command('lists').description('value lists that exceptions of the server name');
    lists.helpCommand(false);
    registerList(lists);
    registerShow(lists);
    registerPut(lists);
    registerRemove(lists);
    for (const command of lists.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};

function registerList(lists: Command): void {
  const command = lists.command('list').description('list the value lists of the store').addOption(rowFormatOption());
  addServerOptions(command).action((flags: ServerFlags & { readonly format?: string }) =>
    withApi(flags, async (api) => {
      const answer = await api.get<Static<typeof ListsAnswer>>('/api/v1/lists');
      const output = openOutput(undefined);
      writeRows(output, flags.format, COLUMNS, answer.lists);
      output.close();
      if (answer.lists.length === 0) say('The store keeps no value list; those of files stand in smbastion.toml.');
    }),
  );
}

function registerShow(lists: Command): void {
  const command = lists.command('show').description('print a value list').argument('<name>', 'its name');
  addServerOptions(command).action((name: string, flags: ServerFlags) =>
    withApi(flags, async (api) => {
      const { text } = await api.get<Static<typeof ListDetail>>(pathOf(name));
      const output = openOutput(undefined);
      output.write(printableLines(text));
      output.close();
    }),
  );
}

function registerPut(lists: Command): void {
  const command = lists
    .command('put')
    .description('keep a value list, in place of the one that has its name')
    .argument('<name>', 'small letters, digits, dot, dash and underscore')
    .argument('<file>', 'one entry a line, or - for standard input');
  addServerOptions(command).action((name: string, file: string, flags: ServerFlags) =>
    withApi(flags, async (api) => {
      const { list, remarks } = await api.put<Static<typeof ListKept>>(pathOf(name), { text: readText(file) });
      for (const remark of remarks) say(printableLines(remark));
      say(`"${list.name}" holds ${countOf(list.entries, 'entry', 'entries')}.`);
    }),
  );
}

function registerRemove(lists: Command): void {
  const command = lists
    .command('remove')
    .description('remove a value list that no exception names')
    .argument('<name>', 'its name');
  addServerOptions(command).action((name: string, flags: ServerFlags) =>
    withApi(flags, async (api) => {
      await api.delete(pathOf(name));
      say(`"${name}" is removed.`);
    }),
  );
}
