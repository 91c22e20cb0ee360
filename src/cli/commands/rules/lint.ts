import type { Command } from 'commander';
import { EXIT, formatPlaced } from '../../../base/error.ts';
import { printableLines } from '../../../base/text/printable.ts';
import { loadDetection } from '../../../detect/load-detection.ts';
import { readConfiguration } from '../../configuration.ts';
import { detectionOptions, sayErrors } from '../../detection-options.ts';
import { openOutput, say } from '../../terminal/output.ts';

/** `smbastion rules lint [PATH...]`. */
export function registerRulesLint(rules: Command): void {
  rules
    .command('lint')
    .description('check rule files: what cannot work is an error, what is odd a warning')
    .argument('[path...]', 'rule files or folders (default: the built-in rules)')
    .option('-c, --config <file>', 'configuration')
    .option('-e, --exceptions <file>', 'exceptions to check too')
    .option('--strict', 'warnings count as errors')
    .action((paths: string[], flags: { config?: string; exceptions?: string; strict?: boolean }) => {
      const config = readConfiguration(flags);
      const exceptionFlags = flags.exceptions === undefined ? {} : { exceptions: [flags.exceptions] };
      const options = { rules: paths, builtIn: paths.length === 0, ...exceptionFlags };
      const detection = loadDetection(config, detectionOptions(options, Date.now()));
      const hasErrors = sayErrors(detection);
      const output = openOutput(undefined);
      for (const { code, message, place } of detection.warnings) {
        output.write(`${printableLines(formatPlaced(`warning ${code}`, message, place))}\n`);
      }
      output.close();
      const counts = `${detection.rules.length} rules, ${detection.errors.length} errors, ${detection.warnings.length} warnings`;
      say(`${counts}${detection.unsupported.length > 0 ? `, ${detection.unsupported.length} that cannot run` : ''}`);
      const isBad = hasErrors || (flags.strict === true && detection.warnings.length > 0);
      process.exitCode = isBad ? EXIT.usage : EXIT.done;
    });
}
