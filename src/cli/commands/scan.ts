import { type Command, Option } from 'commander';
import { EXIT, SmbError } from '../../base/error.ts';
import { ExceptionSet } from '../../detect/exceptions/exception-set.ts';
import { ruleExceptions } from '../../detect/exceptions/rule-exceptions.ts';
import { loadDetection } from '../../detect/load-detection.ts';
import { planReading } from '../../detect/parallel/reading-plan.ts';
import { scanInputs, startThreads } from '../../detect/parallel/scan-inputs.ts';
import { SEVERITIES, type Severity } from '../../event/severity.ts';
import { Scan } from '../../detect/scan/scan.ts';
import { toScanResult } from '../../detect/scan/to-scan-result.ts';
import type { ScanResult } from '../../detect/scan-result.ts';
import { configToNetworks } from '../../config/config.ts';
import { discoverInputs } from '../../sources/input/discover.ts';
import { formats } from '../../report/formats.ts';
import { readConfiguration } from '../configuration.ts';
import type { CliCommand } from '../command.ts';
import {
  addDetectionOptions,
  type DetectionFlags,
  detectionOptions,
  sayErrors,
  sayWarnings,
} from '../detection-options.ts';
import {
  addEvidenceOptions,
  type EvidenceOptions,
  readingExitCode,
  readingSettings,
  sayProblems,
  whileReading,
  wholeNumber,
} from '../evidence.ts';
import { setEngineFlags } from '../engine-flags.ts';
import { openOutput, say, terminalWidth, wantsColour } from '../terminal/output.ts';

interface ScanFlags extends EvidenceOptions, DetectionFlags {
  readonly format?: string;
  readonly output?: string;
  readonly html?: string;
  readonly failOn?: Severity;
  readonly showExcepted?: boolean;
  readonly showBuildingBlocks?: boolean;
  readonly members?: boolean;
  readonly workers?: number;
}

/** `smbastion scan PATH...`: runs the rules over evidence. */
export const scanCommand: CliCommand = {
  id: 'scan',
  register: (program) => {
    const command = addEvidenceOptions(program.command('scan'))
      .description('run the detection rules over evidence and report what was found')
      .addOption(
        new Option('-f, --format <format>', 'default: table on a terminal, else jsonl').choices(
          formats.all.map(({ id }) => id),
        ),
      )
      .option('-o, --output <file>', 'write the report to a file')
      .option('--html <file>', 'write an HTML report as well')
      .addOption(
        new Option('--fail-on <level>', 'exit with 1 when a finding is this severe or worse').choices(SEVERITIES),
      )
      .option('--show-excepted', 'show findings that exceptions silence, too')
      .option('--show-building-blocks', 'show weak signs that feed other rules, too (jsonl, json and csv always do)')
      .option('--members', 'with jsonl: write the events of findings of several events as documents of their own, too')
      .option('--workers <number>', 'threads that read (default: one a core, for large input)', wholeNumber);
    addDetectionOptions(command)
      .addHelpText('after', EXAMPLES)
      .action((paths: string[], flags: ScanFlags, self: Command) => runScan(paths, flags, self));
  },
};

const EXAMPLES = `
Examples:
  smbastion scan evidence/
  smbastion scan evidence/ --html report.html
  smbastion scan conn.log --only exposure-egress --format jsonl
  smbastion scan evidence/ --fail-on high`;

async function runScan(paths: readonly string[], flags: ScanFlags, command: Command): Promise<void> {
  const started = Date.now();
  setEngineFlags();
  const configured = readConfiguration(flags);
  const config = { ...configured, sources: readingSettings(configured, flags) };
  const networks = configToNetworks(config);
  const inputs = discoverInputs(paths);
  const plan = planReading(inputs, flags.workers, flags.carve === true);
  // They load the program while this thread loads the rules.
  const threads = startThreads(plan);
  const detection = loadDetection(config, detectionOptions(flags, started));
  const hasErrors = sayErrors(detection);
  if (!flags.quiet) sayWarnings(detection);
  if (detection.active.length === 0) {
    throw new SmbError('USAGE', 'No rule is on, so nothing would be found.', { fix: 'smbastion rules list shows all' });
  }
  const exceptions = new ExceptionSet(detection.exceptions, started);
  const scan = new Scan({
    rules: detection.active,
    networks,
    ...ruleExceptions(exceptions),
    limits: config.limits,
  });
  if (flags.html === '-') throw new SmbError('USAGE', '--html needs a file.', { fix: '--format html prints the page' });
  if (flags.members && flags.format !== undefined && flags.format !== 'jsonl') {
    throw new SmbError('USAGE', '--members belongs to --format jsonl; the other formats show the events of a finding.');
  }
  const output = openOutput(flags.output);
  const page = flags.html === undefined ? undefined : openOutput(flags.html);
  const reading = await whileReading(flags, (control) =>
    scanInputs({ ...control, inputs, plan, threads, config, networks, scan }),
  );
  const findings = scan.finish();
  const result = toScanResult(findings, reading, exceptions, Date.now() - started);
  try {
    const format = formats.get(flags.format ?? (output.isTerminal && !flags.members ? 'table' : 'jsonl'));
    const title = titleOf(command, paths);
    const showExcepted = flags.showExcepted === true;
    const shows = { showExcepted, showBuildingBlocks: flags.showBuildingBlocks === true };
    const isForMachines = ['jsonl', 'json', 'csv'].includes(format.id);
    const width = flags.output === undefined ? terminalWidth() : 100;
    format.write(result, output.write, {
      width,
      colour: wantsColour(output),
      title,
      ...shows,
      ...(isForMachines && { showBuildingBlocks: true }),
      showMembers: flags.members === true,
    });
    output.close();
    if (page !== undefined) {
      formats.get('html').write(result, page.write, { width: 100, colour: false, title, ...shows });
      page.close();
      if (!flags.quiet) say(`HTML report: ${flags.html}`);
    }
    // The table and the page say themselves what was not read.
    if (!['table', 'html'].includes(format.id)) sayProblems(reading, flags);
    process.exitCode = exitCode(result, hasErrors, flags.failOn, readingExitCode(reading));
  } finally {
    findings.close();
  }
}

/** The command line as a person would type it again. */
function titleOf(command: Command, paths: readonly string[]): string {
  return ['smbastion', command.name(), ...paths].join(' ');
}

/** Interruption first, then wrong rules, then findings that were asked for, then input that was not read. */
function exitCode(result: ScanResult, hasErrors: boolean, failOn: Severity | undefined, reading: number): number {
  if (reading === EXIT.interrupted) return reading;
  if (hasErrors) return EXIT.usage;
  if (failOn !== undefined) {
    const worstFirst = SEVERITIES.slice(SEVERITIES.indexOf(failOn));
    if (worstFirst.some((severity) => result.summary.bySeverity[severity] > 0)) return EXIT.findings;
  }
  return reading;
}
