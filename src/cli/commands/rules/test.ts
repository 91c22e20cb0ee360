import { join } from 'node:path';
import type { Command } from 'commander';
import { CONTENT_FOLDER } from '../../../base/content.ts';
import { EXIT } from '../../../base/error.ts';
import { countOf } from '../../../base/text/figures.ts';
import { printable } from '../../../base/text/printable.ts';
import { loadDetection } from '../../../detect/load-detection.ts';
import { type ExampleResult, runExample } from '../../../detect/run-examples.ts';
import { readConfiguration } from '../../configuration.ts';
import { detectionOptions, sayErrors } from '../../detection-options.ts';
import { openOutput } from '../../terminal/output.ts';

/** The site that the examples of the built-in rules come from. */
const EXAMPLE_SITE = join(CONTENT_FOLDER, 'example-site.toml');

/** `smbastion rules test [PATH...]`. */
export function registerRulesTest(rules: Command): void {
  rules
    .command('test')
    .description('run the examples of rules: each must fire where it says so, and only there')
    .argument('[path...]', 'rule files or folders (default: the built-in rules)')
    .option('-c, --config <file>', 'networks and roles of the examples (default: those of the built-in examples)')
    .option('-v, --verbose', 'name examples that pass, too')
    .action(async (paths: string[], flags: { config?: string; verbose?: boolean }) => {
      const config = readConfiguration({ config: flags.config ?? EXAMPLE_SITE });
      const options = detectionOptions({ rules: paths, builtIn: paths.length === 0 }, Date.now());
      const detection = loadDetection(config, options);
      const hasErrors = sayErrors(detection);
      const output = openOutput(undefined);
      let failed = 0;
      let passed = 0;
      for (const rule of detection.rules) {
        if (rule.examples.length === 0) output.write(`none  ${rule.id}: the rule has no examples\n`);
        for (const example of rule.examples) {
          const result = await runExample(rule, example, config);
          if (result.passed) passed++;
          else failed++;
          if (!result.passed || flags.verbose) output.write(resultLine(result));
        }
      }
      output.write(
        `${countOf(detection.rules.length, 'rule')}, ${countOf(passed, 'example')} passed, ${failed} failed\n`,
      );
      output.close();
      process.exitCode = failed > 0 ? EXIT.findings : hasErrors ? EXIT.usage : EXIT.done;
    });
}

function resultLine({ rule, example, passed, alerts, problems }: ExampleResult): string {
  const wanted = example.fires ? 'must fire' : 'must stay silent';
  const got = problems.length > 0 ? problems.join('; ') : `${alerts} alerts`;
  return printable(`${passed ? 'ok  ' : 'FAIL'}  ${rule.id}: ${example.note ?? 'example'}: ${wanted}, ${got}`).concat(
    '\n',
  );
}
