import type { Command } from 'commander';
import type { Static } from 'typebox';
import type { SwitchAnswer } from '../../../server/contract/rules.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { say } from '../../terminal/output.ts';

/** `smbastion rules enable` and `rules disable`. */
export function registerRulesSwitch(rules: Command): void {
  for (const word of ['enable', 'disable'] as const) {
    const isOn = word === 'enable';
    addServerOptions(rules.command(word).argument('<id>', 'rule'))
      .description(`switch a rule of the server ${isOn ? 'on' : 'off'}, for good`)
      .action((id: string, flags: ServerFlags) =>
        withApi(flags, async (api) => {
          const { gap } = await api.post<Static<typeof SwitchAnswer>>(
            `/api/v1/rules/${encodeURIComponent(id)}/${word}`,
          );
          say(`The rule ${id} is ${isOn ? 'on' : 'off'}.`);
          if (gap) {
            const missed = gap.toPosition - gap.afterPosition;
            say(
              `It has not looked at ${missed} events that came while it was off; smbastion rules backfill ${id} does.`,
            );
          }
        }),
      );
  }
}
