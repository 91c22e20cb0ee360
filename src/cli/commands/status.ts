import type { Static } from 'typebox';
import { countOf } from '../../base/text/figures.ts';
import type { StatusAnswer } from '../../server/contract/status.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { openOutput } from '../terminal/output.ts';

/** `smbastion status`: how the server does. */
export const statusCommand: CliCommand = {
  id: 'status',
  register: (program) => {
    addServerOptions(program.command('status'))
      .description('say how the server does')
      .option('--json', 'as the API answers it')
      .action((flags: ServerFlags & { readonly json?: boolean }) =>
        withApi(flags, async (api) => {
          const status = await api.get<Static<typeof StatusAnswer>>('/api/v1/status');
          const output = openOutput(undefined);
          output.write(flags.json ? `${JSON.stringify(status)}\n` : statusText(status, api.where));
          output.close();
        }),
      );
  },
};

function statusText({ version, isServing, rules }: Static<typeof StatusAnswer>, where: string): string {
  return [
    `smbastion ${version}, ${isServing ? where : `no server runs; read from ${where}`}`,
    `rules: ${countOf(rules.active, 'rule')} of ${rules.all} run, ${rules.faulty} cannot be read`,
    '',
  ].join('\n');
}
