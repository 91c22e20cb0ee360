import type { Command } from 'commander';
import { EXIT } from '../../../base/error.ts';
import type { ExceptionKept, ProposalAnswer } from '../../../server/contract/exceptions.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { sayPreview } from '../../exception-preview.ts';
import { openOutput, say } from '../../terminal/output.ts';

interface FromAlertFlags extends ServerFlags {
  readonly owner?: string;
  readonly reason?: string;
  readonly expires?: string;
  readonly days: string;
  readonly yes?: boolean;
}

/** `smbastion except from-alert ID`. */
export function registerExceptFromAlert(except: Command): void {
  const command = except
    .command('from-alert')
    .description('write the narrowest exception that silences an alert, and say what it would have hidden')
    .argument('<id>', 'id of the alert, or its first letters')
    .option('--owner <name>', 'who answers for it')
    .option('--reason <text>', 'why these events are harmless')
    .option('--expires <time>', 'when it ends, such as 2026-05-01T00:00:00Z (default: 30 days from now)')
    .option('--days <number>', 'days of alerts that it is held against', '30')
    .option('-y, --yes', 'keep it; without, it is only printed');
  addServerOptions(command).action((alert: string, flags: FromAlertFlags) =>
    withApi(flags, async (api) => {
      const { owner, reason, expires } = flags;
      const wishes = { ...(owner && { owner }), ...(reason && { reason }), ...(expires && { expires }) };
      const days = Number(flags.days);
      const { toml, preview } = await api.post<ProposalAnswer>('/api/v1/exceptions/proposals', {
        alert,
        days,
        ...wishes,
      });
      const output = openOutput(undefined);
      output.write(toml);
      output.close();
      sayPreview(preview);
      if (!flags.yes) {
        say('It is not kept. Keep it with --owner, --reason and --yes, or change the text: smbastion except add FILE');
        process.exitCode = EXIT.done;
        return;
      }
      const { exception } = await api.post<ExceptionKept>('/api/v1/exceptions', { toml, alert });
      say(`Kept until ${exception.expires}. To undo: smbastion except remove ${exception.id}`);
    }),
  );
}
