import type { CliCommand } from '../command.ts';
import { registerRulesImport } from './rules/import.ts';
import { registerRulesLint } from './rules/lint.ts';
import { registerRulesList } from './rules/list.ts';
import { registerRulesShow } from './rules/show.ts';
import { registerRulesBackfill } from './rules/backfill.ts';
import { registerRulesPreview } from './rules/preview.ts';
import { registerRulesRuns } from './rules/runs.ts';
import { registerRulesSwitch } from './rules/switch.ts';
import { registerRulesTest } from './rules/test.ts';

/** `smbastion rules …`: what there is to detect with. A new subcommand is one file and one line. */
export const rulesCommand: CliCommand = {
  id: 'rules',
  register: (program) => {
    const rules = program
      .command('rules')
      .description('list, show, check, test, import, switch and preview detection rules');
    rules.helpCommand(false);
    registerRulesList(rules);
    registerRulesShow(rules);
    registerRulesLint(rules);
    registerRulesTest(rules);
    registerRulesImport(rules);
    registerRulesSwitch(rules);
    registerRulesRuns(rules);
    registerRulesBackfill(rules);
    registerRulesPreview(rules);
    for (const command of rules.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};
