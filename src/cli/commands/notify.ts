import type { Command } from 'commander';
import { EXIT } from '../../base/error.ts';
import { countOf, formatCount, formatMinute } from '../../base/text/figures.ts';
import { printable } from '../../base/text/printable.ts';
import type { ChannelRetried, ChannelsAnswer, ChannelTested } from '../../server/contract/notifications.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { openOutput, say } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

type Channel = ChannelsAnswer['channels'][number];

const COLUMNS: readonly RowColumn<Channel>[] = [
  { name: 'name', value: ({ name }) => name },
  { name: 'type', value: ({ type }) => type },
  { name: 'sent', value: ({ sent }) => sent },
  { name: 'waiting', value: ({ waiting }) => waiting },
  { name: 'failed', value: ({ failed, discarded }) => failed.length + discarded },
  { name: 'last_sent', timeMs: ({ lastSentMs }) => lastSentMs },
  { name: 'problem', value: ({ problem }) => problem ?? null },
];

/** `smbastion notify …`: whether messages of alerts arrive. */
export const notifyCommand: CliCommand = {
  id: 'notify',
  register: (program) => {
    const notify = program.command('notify').description('channels that tell of alerts: how they do, test, try again');
    notify.helpCommand(false);
    registerStatus(notify);
    registerTest(notify);
    registerRetry(notify);
    for (const command of notify.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};

function registerStatus(notify: Command): void {
  const command = notify
    .command('status')
    .description('list the channels, and the messages that were not delivered')
    .addOption(rowFormatOption());
  addServerOptions(command).action((flags: ServerFlags & { readonly format?: string }) =>
    withApi(flags, async (api) => {
      const { channels } = await api.get<ChannelsAnswer>('/api/v1/notifications');
      const output = openOutput(undefined);
      writeRows(output, flags.format, COLUMNS, channels);
      output.close();
      if (channels.length === 0) say('Nobody is told of alerts: [notify.NAME] in smbastion.toml says whom.');
      for (const { name, failed, discarded } of channels) {
        for (const { atMs, reason, alertIds } of failed) {
          say(
            printable(`${name}: ${countOf(alertIds.length, 'alert')} not told, ${formatMinute(atMs)} UTC: ${reason}`),
          );
        }
        if (discarded > 0) say(`${name}: ${formatCount(discarded)} more that are no longer kept`);
      }
    }),
  );
}

function registerTest(notify: Command): void {
  const command = notify
    .command('test')
    .description('send a message that says it is a test')
    .argument('<channel>', 'name of the channel');
  addServerOptions(command).action((name: string, flags: ServerFlags) =>
    withApi(flags, async (api) => {
      const { problem } = await api.post<ChannelTested>(`/api/v1/notifications/${encodeURIComponent(name)}/test`);
      say(problem === undefined ? `"${name}" took the message.` : printable(`"${name}" did not take it: ${problem}`));
      if (problem !== undefined) process.exitCode = EXIT.unreachable;
    }),
  );
}

function registerRetry(notify: Command): void {
  const command = notify
    .command('retry')
    .description('try once more what was not delivered')
    .argument('<channel>', 'name of the channel');
  addServerOptions(command).action((name: string, flags: ServerFlags) =>
    withApi(flags, async (api) => {
      const path = `/api/v1/notifications/${encodeURIComponent(name)}/retry`;
      const { delivered } = await api.post<ChannelRetried>(path);
      say(`${countOf(delivered, 'message')} delivered.`);
    }),
  );
}
