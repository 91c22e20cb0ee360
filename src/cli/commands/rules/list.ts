import type { Command } from 'commander';
import { EXIT } from '../../../base/error.ts';
import { countOf } from '../../../base/text/figures.ts';
import { loadDetection } from '../../../detect/load-detection.ts';
import type { Rule } from '../../../detect/rule.ts';
import { readConfiguration } from '../../configuration.ts';
import { addDetectionOptions, type DetectionFlags, detectionOptions, sayErrors } from '../../detection-options.ts';
import { layOut } from '../../terminal/columns.ts';
import { openOutput, terminalWidth } from '../../terminal/output.ts';

interface ListFlags extends DetectionFlags {
  readonly config?: string;
  readonly json?: boolean;
  readonly unsupported?: boolean;
}

/** `smbastion rules list`. */
export function registerRulesList(rules: Command): void {
  const command = rules
    .command('list')
    .description('list the rules with severity, techniques and whether they are on')
    .option('-c, --config <file>', 'configuration')
    .option('--unsupported', 'list only rules that cannot run, with the reason')
    .option('--json', 'one JSON object a line');
  addDetectionOptions(command).action((flags: ListFlags) => {
    const detection = loadDetection(readConfiguration(flags), detectionOptions(flags, Date.now()));
    const output = openOutput(undefined);
    const active = new Set(detection.active.map(({ id }) => id));
    if (flags.json) {
      for (const rule of detection.rules) output.write(`${JSON.stringify(ruleFacts(rule, active.has(rule.id)))}\n`);
    } else if (flags.unsupported) {
      output.write(
        layOut(
          detection.unsupported.map(({ id, type, reason }) => [id, type, reason]),
          terminalWidth(),
        ),
      );
    } else {
      const rows = detection.rules.map((rule) => [
        rule.id,
        active.has(rule.id) ? 'on' : 'off',
        rule.finding ? 'varies' : rule.severity,
        named(rule),
      ]);
      output.write(layOut(rows, terminalWidth()));
      const more = detection.unsupported.length;
      output.write(
        `\n${countOf(rows.length, 'rule')}, ${active.size} on${more > 0 ? `, ${more} that cannot run (--unsupported)` : ''}.\n`,
      );
    }
    output.close();
    process.exitCode = sayErrors(detection) ? EXIT.usage : EXIT.done;
  });
}

/** Name and techniques. */
function named({ name, threat }: Rule): string {
  return threat.length === 0 ? name : `${name} (${threat.map(({ technique }) => technique).join(' ')})`;
}

function ruleFacts(rule: Rule, on: boolean) {
  const { id, uuid, name, version, type, severity, riskScore, tags, file } = rule;
  return { id, uuid, name, version, type, severity, risk_score: riskScore, on, tags, threat: rule.threat, file };
}
