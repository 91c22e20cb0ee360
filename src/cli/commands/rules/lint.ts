import type { Command } from 'commander';
import { EXIT, formatPlaced } from '../../../base/error.ts';
import { countOf } from '../../../base/text/figures.ts';
import { printableLines } from '../../../base/text/printable.ts';
import { loadDetection } from '../../../detect/load-detection.ts';
import { readConfiguration } from '../../configuration.ts';
import { collect, type DetectionFlags, detectionOptions, sayErrors } from '../../detection-options.ts';
import { openOutput, say } from '../../terminal/output.ts';

interface LintFlags extends Pick<DetectionFlags, 'exceptions' | 'lists'> {
  readonly config?: string;
  readonly strict?: boolean;
}

/** `smbastion rules lint [PATH...]`. */
export function registerRulesLint(rules: Command): void {
  rules
    .command('lint')
    .description('check rule files: what cannot work is an error, what is odd a warning')
    .argument('[path...]', 'rule files or folders (default: the built-in rules)')
    .option('-c, --config <file>', 'configuration')
    .option('-e, --exceptions <file>', 'exceptions to check too; may be repeated', collect)
    .option('--lists <file>', 'value list; may be repeated', collect)
    .option('--strict', 'warnings count as errors')
    .action((paths: string[], flags: LintFlags) => {
      const config = readConfiguration(flags);
      const options = { ...flags, rules: paths, builtIn: paths.length === 0 };
      const detection = loadDetection(config, detectionOptions(options, Date.now()));
      const hasErrors = sayErrors(detection);
      const output = openOutput(undefined);
      for (const { code, message, place } of detection.warnings) {
        output.write(`${printableLines(formatPlaced(`warning ${code}`, message, place))}\n`);
      }
      output.close();
      const counts = [
        countOf(detection.rules.length, 'rule'),
        countOf(detection.errors.length, 'error'),
        countOf(detection.warnings.length, 'warning'),
      ].join(', ');
      say(`${counts}${detection.unsupported.length > 0 ? `, ${detection.unsupported.length} that cannot run` : ''}`);
      const isBad = hasErrors || (flags.strict === true && detection.warnings.length > 0);
      process.exitCode = isBad ? EXIT.usage : EXIT.done;
    });
}
