import type { Command } from 'commander';
import type { ExceptionKept, PreviewAnswer } from '../../../server/contract/exceptions.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { sayPreview } from '../../exception-preview.ts';
import { readText } from '../../read-text.ts';
import { say } from '../../terminal/output.ts';

interface AddFlags extends ServerFlags {
  readonly replace?: boolean;
  readonly days: string;
}

/** `smbastion except add FILE` and `smbastion except preview FILE`. */
export function registerExceptAdd(except: Command): void {
  const preview = except
    .command('preview')
    .description('say what an exception would have hidden, without keeping it')
    .argument('<file>', 'file with one [[exception]], or - for standard input')
    .option('--days <number>', 'days of alerts that it is held against', '30');
  addServerOptions(preview).action((file: string, flags: AddFlags) =>
    withApi(flags, async (api) => {
      const body = { toml: readText(file), days: Number(flags.days) };
      sayPreview(await api.post<PreviewAnswer>('/api/v1/exceptions/previews', body));
    }),
  );

  const add = except
    .command('add')
    .description('keep an exception in the store; it works from then on')
    .argument('<file>', 'file with one [[exception]], or - for standard input')
    .option('--replace', 'in place of the one that has its id')
    .option('--days <number>', 'days of alerts that it is held against first', '30');
  addServerOptions(add).action((file: string, flags: AddFlags) =>
    withApi(flags, async (api) => {
      const toml = readText(file);
      sayPreview(await api.post<PreviewAnswer>('/api/v1/exceptions/previews', { toml, days: Number(flags.days) }));
      const body = { toml, replace: flags.replace === true };
      // The preview made the same remarks.
      const { exception } = await api.post<ExceptionKept>('/api/v1/exceptions', body);
      say(`Kept until ${exception.expires}. To undo: smbastion except remove ${exception.id}`);
    }),
  );
}
