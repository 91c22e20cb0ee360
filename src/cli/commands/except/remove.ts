import type { Command } from 'commander';
import type { ExceptionDetail } from '../../../server/contract/exceptions.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { openOutput, say } from '../../terminal/output.ts';

/** `smbastion except remove ID`. */
export function registerExceptRemove(except: Command): void {
  const command = except
    .command('remove')
    .description('remove an exception of the store; its text is printed, so that it can be added again')
    .argument('<id>', 'id of the exception');
  addServerOptions(command).action((id: string, flags: ServerFlags) =>
    withApi(flags, async (api) => {
      const path = `/api/v1/exceptions/${encodeURIComponent(id)}`;
      const { toml = '' } = await api.get<ExceptionDetail>(path);
      await api.delete(path);
      const output = openOutput(undefined);
      output.write(toml);
      output.close();
      say(`The exception "${id}" is removed; what it silenced alerts from now on.`);
    }),
  );
}
