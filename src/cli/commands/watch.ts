import { Option } from 'commander';
import { SmbError } from '../../base/error.ts';
import { FaultLog, formatFault } from '../../base/fault.ts';
import { countOf, formatBytes, formatCount, formatTime } from '../../base/text/figures.ts';
import { printable, printableJson } from '../../base/text/printable.ts';
import { wrapColumns } from '../../base/text/text-width.ts';
import { parseDuration } from '../../base/time/duration.ts';
import { configToNetworks } from '../../config/config.ts';
import type { Alert } from '../../detect/alert.ts';
import { toAlertDocument } from '../../detect/alerts/alert-document.ts';
import { ExceptionSet } from '../../detect/exceptions/exception-set.ts';
import { ruleExceptions } from '../../detect/exceptions/rule-exceptions.ts';
import { LIVE_EVENTS_PER_RULE, LiveScan } from '../../detect/live/live-scan.ts';
import { loadDetection } from '../../detect/load-detection.ts';
import { captureCommand } from '../../sources/live/capture-tool.ts';
import { type CaptureFigures, LiveCapture } from '../../sources/live/live-capture.ts';
import { sources } from '../../sources/registry.ts';
import type { CliCommand } from '../command.ts';
import { readConfiguration } from '../configuration.ts';
import {
  addDetectionOptions,
  type DetectionFlags,
  detectionOptions,
  sayErrors,
  sayWarnings,
} from '../detection-options.ts';
import { type EvidenceOptions, readingSettings, VERIFY_CHECKSUMS, VLAN_AWARE, wholeNumber } from '../evidence.ts';
import { openOutput, type Output, say, terminalWidth, wantsColour } from '../terminal/output.ts';

interface WatchFlags extends EvidenceOptions, DetectionFlags {
  readonly interface: string;
  readonly allPorts?: boolean;
  readonly snapLength?: number;
  readonly filter?: string;
  readonly duration?: string;
  readonly format?: string;
}

/** Connections that last are told so often, beside at their end. */
const INTERIM_MS = 5 * 60_000;
/** Time between two looks at what came in. */
const TICK_MS = 1000;
/** Looking at what came in may take this part of the time at most. */
const TICK_SHARE = 0.25;

/** `smbastion watch --interface IF`: detects as packets come. */
export const watchCommand: CliCommand = {
  id: 'watch',
  register: (program) => {
    const command = program
      .command('watch')
      .description('detect as packets come: capture on an interface and print alerts until stopped')
      .requiredOption('-i, --interface <name>', 'network interface; any for all of them')
      .option('--all-ports', 'look for SMB on every port, not only 139 and 445')
      .option(
        '--snap-length <bytes>',
        'keep only so much of each packet; 256 shows names and hides contents',
        wholeNumber,
      )
      .option('--filter <filter>', "capture filter in pcap's language, instead of the one for SMB")
      .option('--vlan-aware', VLAN_AWARE)
      .option('--verify-checksums', VERIFY_CHECKSUMS)
      .option('--duration <time>', 'stop after this time, such as 10m')
      .addOption(
        new Option('-f, --format <format>', 'default: table on a terminal, else jsonl').choices(['table', 'jsonl']),
      )
      .option('-c, --config <file>', 'configuration (default: smbastion.toml here, if there is one)')
      .option('-q, --quiet', 'no remarks');
    addDetectionOptions(command)
      .addHelpText('after', EXAMPLES)
      .action((flags: WatchFlags) => watch(flags));
  },
};

const EXAMPLES = `
The capturing is done by dumpcap or tcpdump, which must be installed and have the right to capture.

Examples:
  smbastion watch -i eth0
  smbastion watch -i mirror0 --all-ports --snap-length 256
  smbastion watch -i eth0 --format jsonl >> alerts.jsonl`;

async function watch(flags: WatchFlags): Promise<void> {
  const started = Date.now();
  const durationMs = flags.duration === undefined ? undefined : parseDuration(flags.duration);
  if (flags.duration !== undefined && !durationMs) {
    throw new SmbError('USAGE', `--duration ${flags.duration} is no length of time.`, {
      fix: 'such as 30s, 10m or 8h',
    });
  }
  const command = captureCommand({
    interface: flags.interface,
    allPorts: flags.allPorts === true,
    snapLength: flags.snapLength ?? 0,
    filter: flags.filter,
  });
  const config = readConfiguration(flags);
  const networks = configToNetworks(config);
  const detection = loadDetection(config, detectionOptions(flags, started));
  if (sayErrors(detection)) throw new SmbError('USAGE', 'Watching does not start with rules that are wrong.');
  if (!flags.quiet) sayWarnings(detection);
  const exceptions = new ExceptionSet(detection.exceptions, started);
  const output = openOutput(undefined);
  const isTable = (flags.format ?? (output.isTerminal ? 'table' : 'jsonl')) === 'table';
  const scan = new LiveScan({
    rules: detection.active.filter((rule) => !rule.buildingBlock),
    networks,
    ...ruleExceptions(exceptions),
    limits: config.limits,
    onAlert: (alert) => {
      output.write(isTable ? alertText(alert, output) : `${printableJson(toAlertDocument(alert))}\n`);
      output.flush();
    },
  });
  const faults = new FaultLog();
  const parser = sources.get('pcap').open({
    file: flags.interface,
    faults,
    networks,
    settings: { ...readingSettings(config, flags), interimMs: INTERIM_MS },
    skipped: () => {},
  });
  const onEvent = (event: Parameters<LiveScan['onEvent']>[0]) => scan.onEvent(event);
  const capture = new LiveCapture(command, (bytes) => parser.push(bytes, onEvent));
  const stop = () => capture.stop();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const timer = durationMs === undefined ? undefined : setTimeout(stop, durationMs);
  const ticking = tickRegularly(scan);
  try {
    if (!flags.quiet) {
      say(
        `Watching ${flags.interface} with ${command.tool}: ${countOf(detection.active.length, 'rule')}. Ctrl-C ends.`,
      );
    }
    const figures = await capture.run();
    parser.end(onEvent);
    scan.end();
    output.close();
    for (const { samples } of flags.quiet ? [] : faults.list()) say(printable(formatFault(samples[0]!)));
    if (!flags.quiet) say(endText(scan, figures));
  } finally {
    clearTimeout(timer);
    ticking.stop();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Looks at what came in every second, less often when looking takes long: packets come first. */
function tickRegularly(scan: LiveScan): { readonly stop: () => void } {
  let timer: NodeJS.Timeout;
  const tick = () => {
    const before = performance.now();
    scan.tick(Date.now());
    const took = performance.now() - before;
    timer = setTimeout(tick, Math.max(TICK_MS, took / TICK_SHARE));
  };
  timer = setTimeout(tick, TICK_MS);
  return { stop: () => clearTimeout(timer) };
}

const COLOURS: Readonly<Record<string, number>> = { critical: 31, high: 31, medium: 33, low: 36 };

/** An alert for the terminal: when, how bad, what; then the sentence. */
function alertText(alert: Alert, output: Output): string {
  const word = alert.severity.toUpperCase().padEnd(8);
  const severity = wantsColour(output) ? `\u001b[1;${COLOURS[alert.severity]}m${word}\u001b[0m` : word;
  const reason = wrapColumns(printable(alert.reason), terminalWidth() - 4).map((line) => `    ${line}\n`);
  return `${formatTime(alert.originalTime)} ${severity} ${printable(alert.name)} (${alert.rule.id})\n${reason.join('')}`;
}

function endText(scan: LiveScan, figures: CaptureFigures): string {
  const { kernel, bytes, droppedPackets, droppedBytes } = figures;
  const lost =
    kernel.dropped === undefined
      ? 'losses of the kernel unknown'
      : `${formatCount(kernel.dropped)} packets lost by the kernel`;
  const here = `${formatCount(droppedPackets)} dropped here${droppedBytes > 0 ? ` (${formatBytes(droppedBytes)})` : ''}`;
  const old = scan.dropped === 0 ? '' : ` ${countOf(scan.dropped, 'event')} of busy rules gave way to newer ones.`;
  const late =
    scan.late === 0 ? '' : ` ${countOf(scan.late, 'event')} came after rules that ask what did not happen had judged.`;
  const early =
    scan.early === 0
      ? ''
      : ` ${countOf(scan.early, 'event')} could not wait: more than ${formatCount(LIVE_EVENTS_PER_RULE)} of one rule did.`;
  return `Stopped: ${formatBytes(bytes)} read, ${lost}, ${here}; ${countOf(scan.events, 'event')}, ${countOf(scan.alerts, 'alert')}.${old}${late}${early}`;
}
