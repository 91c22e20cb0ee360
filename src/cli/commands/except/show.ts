import type { Command } from 'commander';
import { countOf, formatTime } from '../../../base/text/figures.ts';
import { printableLines } from '../../../base/text/printable.ts';
import type { ExceptionDetail } from '../../../server/contract/exceptions.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { layOut } from '../../terminal/columns.ts';
import { openOutput, terminalWidth } from '../../terminal/output.ts';

/** `smbastion except show ID`. */
export function registerExceptShow(except: Command): void {
  const command = except
    .command('show')
    .description('show an exception as it was written, what it silenced, and its earlier versions')
    .argument('<id>', 'id of the exception')
    .option('--json', 'as the API answers it');
  addServerOptions(command).action((id: string, flags: ServerFlags & { readonly json?: boolean }) =>
    withApi(flags, async (api) => {
      const detail = await api.get<ExceptionDetail>(`/api/v1/exceptions/${encodeURIComponent(id)}`);
      const output = openOutput(undefined);
      output.write(flags.json ? `${JSON.stringify(detail)}\n` : describe(detail));
      output.close();
    }),
  );
}

function describe({ exception, toml, hits, history }: ExceptionDetail): string {
  const { file = 'a file', name, owner, reason } = exception;
  const silenced = hits.map(({ ruleId, count, lastMs }) => [
    ruleId,
    countOf(count, 'event'),
    `last ${formatTime(lastMs)} UTC`,
  ]);
  const versions = history.map((one) => [formatTime(one.atMs), one.by, one.toml === undefined ? 'removed' : 'written']);
  return [
    toml === undefined
      ? `${printableLines(`${name}: ${reason} (${owner})`)}\nIt stands in ${file}.\n`
      : `${printableLines(toml.trim())}\n`,
    silenced.length === 0 ? '\nIt silenced nothing yet.\n' : `\nWhat it silenced\n${layOut(silenced, terminalWidth())}`,
    versions.length === 0 ? '' : `\nVersions\n${layOut(versions, terminalWidth())}`,
  ].join('');
}
