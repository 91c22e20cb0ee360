/** What every command that reads evidence shares: options, progress, interruption, exit code. */
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../base/error.ts';
import { formatFault } from '../base/fault.ts';
import { printable } from '../base/text/printable.ts';
import { type Config, configToNetworks } from '../config/config.ts';
import { type ReadingFigures, type ReadSummary, readAll } from '../sources/input/read-all.ts';
import { sources } from '../sources/registry.ts';
import type { EventGate, EventSink, SourceSettings } from '../sources/source.ts';
import { say } from './terminal/output.ts';
import { Progress } from './terminal/progress.ts';

/** Options of {@link addEvidenceOptions}. */
export interface EvidenceOptions {
  readonly config?: string;
  readonly quiet?: boolean;
  readonly carve?: boolean;
  readonly verify?: boolean;
  readonly vlanAware?: boolean;
  readonly verifyChecksums?: boolean;
}

/** Meaning of `--vlan-aware`. */
export const VLAN_AWARE = 'take the same addresses and ports in two VLANs of a capture for two connections';
/** Meaning of `--verify-checksums`. */
export const VERIFY_CHECKSUMS = 'count packets of captures with wrong checksums; they are read all the same';

/** Adds the argument and the options that every reading command has. */
export function addEvidenceOptions(command: Command): Command {
  return command
    .argument('<path...>', 'files, folders, patterns, or - for standard input')
    .option('-c, --config <file>', 'configuration (default: smbastion.toml here, if there is one)')
    .option('-q, --quiet', 'no progress and no remarks')
    .option('--carve', 'read old records in the free space of event logs, too')
    .option('--verify', 'compare the checksums of event logs')
    .option('--vlan-aware', VLAN_AWARE)
    .option('--verify-checksums', VERIFY_CHECKSUMS);
}

/** @returns settings of the configuration for reading, with what the options add */
export function readingSettings(config: Config, options: EvidenceOptions): SourceSettings {
  return {
    ...config.sources,
    carve: options.carve === true,
    verify: options.verify === true,
    vlanAware: options.vlanAware === true,
    verifyChecksums: options.verifyChecksums === true,
  };
}

/** Parses an option that is a whole number of at least 1. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number of at least 1 is needed');
  return value;
}

/**
 * Reads evidence with progress on standard error. The first interruption stops reading cleanly, the second one ends.
 *
 * @param sink called for each event; the view is only valid during the call
 * @param how `gate` says which kinds of events need not be decoded; `isEnough` is asked between chunks, to stop early
 * without it being an interruption
 */
export async function readEvidence(
  paths: readonly string[],
  options: EvidenceOptions,
  config: Config,
  sink: EventSink,
  how: { readonly gate?: EventGate; readonly isEnough?: () => boolean } = {},
): Promise<ReadSummary> {
  return whileReading(options, ({ isStopped, progress }) =>
    readAll(paths, {
      sources: sources.all,
      networks: configToNetworks(config),
      settings: readingSettings(config, options),
      sink,
      gate: how.gate,
      isStopped: () => isStopped() || how.isEnough?.() === true,
      progress,
    }),
  );
}

/** What reading needs from the terminal. */
export interface ReadingControl {
  readonly isStopped: () => boolean;
  readonly progress: (figures: () => ReadingFigures) => void;
}

/** Runs a reading with progress and interruption; see {@link readEvidence}. */
export async function whileReading(
  options: EvidenceOptions,
  read: (control: ReadingControl) => Promise<ReadSummary>,
): Promise<ReadSummary> {
  let interrupted = false;
  const onInterrupt = () => {
    if (interrupted) process.exit(EXIT.interrupted);
    interrupted = true;
  };
  process.on('SIGINT', onInterrupt);
  const progress = new Progress(options.quiet === true);
  try {
    const summary = await read({
      isStopped: () => interrupted,
      progress: (figures) => progress.update(figures),
    });
    return { ...summary, interrupted };
  } finally {
    progress.finish();
    process.off('SIGINT', onInterrupt);
  }
}

/** Says what was not read, for commands whose answer has no place for it. */
export function sayProblems(summary: ReadSummary, options: EvidenceOptions): void {
  if (options.quiet) return;
  if (summary.files.length === 0) say('Nothing was read: the folder holds no file.');
  for (const { file, problem } of summary.files) {
    if (problem !== undefined) say(`not read: ${printable(file)}: ${printable(problem)}`);
  }
  for (const group of summary.faults.list()) {
    say(printable(formatFault(group.samples[0]!)));
    if (group.count > 1) say(`  and ${group.count - 1} more like it (${group.code})`);
  }
  for (const { reason, count } of summary.skipped) say(`${count} skipped: ${printable(reason)}`);
  if (summary.interrupted) say('Interrupted: what was found so far is shown.');
}

/** @returns 130 when interrupted, 3 when some input could not be read, else 0 */
export function readingExitCode(summary: Pick<ReadSummary, 'interrupted' | 'files' | 'faults'>): number {
  if (summary.interrupted) return EXIT.interrupted;
  const isPartial = summary.faults.count > 0 || summary.files.some((file) => file.problem !== undefined);
  return isPartial || summary.files.length === 0 ? EXIT.partial : EXIT.done;
}
