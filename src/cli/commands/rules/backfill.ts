import type { Command } from 'commander';
import type { Static } from 'typebox';
import { countOf } from '../../../base/text/figures.ts';
import type { BackfillAnswer } from '../../../server/contract/rules.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { addStretchOptions, type StretchFlags, stretchOf } from '../../stretch-options.ts';
import { say } from '../../terminal/output.ts';

/** `smbastion rules backfill`: looks anew at what a rule left out. */
export function registerRulesBackfill(rules: Command): void {
  addStretchOptions(addServerOptions(rules.command('backfill').argument('<id>', 'rule')))
    .description(
      'fill the gaps of a rule, or let it look anew at a stretch of time; alerts have the ids they would have had',
    )
    .action((id: string, flags: ServerFlags & StretchFlags) =>
      withApi(flags, async (api) => {
        const path = `/api/v1/rules/${encodeURIComponent(id)}/backfill`;
        const { filled, left, ...sum } = await api.post<Static<typeof BackfillAnswer>>(path, stretchOf(flags));
        const gaps = filled.length > 0 ? `, ${countOf(filled.length, 'gap')} filled` : '';
        const found = [
          countOf(sum.matches, 'match', 'matches'),
          `${sum.alertsNew} new and ${sum.alertsUpdated} changed alerts`,
        ];
        say(`${found.join(', ')} in ${countOf(sum.runs, 'run')}${gaps}.`);
        for (const one of left) say(`Not looked at: ${one}`);
      }),
    );
}
