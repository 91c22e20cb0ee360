/** Shared by the benchmarks that read evidence: the product's own loop, and the figures. */
import { FaultLog } from '../src/base/fault.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { loadDetection } from '../src/detect/load-detection.ts';
import { Scan } from '../src/detect/scan/scan.ts';
import { Networks } from '../src/event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS, type EventSink, type Source } from '../src/sources/source.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Pushes a buffer through a source the way the reader does. @returns events seen */
export function readThrough(source: Source, bytes: Buffer, networks: Networks, sink: EventSink): number {
  const faults = new FaultLog();
  let events = 0;
  const parser = source.open({ file: 'bench', faults, networks, settings: DEFAULT_SOURCE_SETTINGS, skipped: () => {} });
  const counted: EventSink = (event) => {
    events++;
    sink(event);
  };
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) parser.push(bytes.subarray(at, at + CHUNK_BYTES), counted);
  parser.end(counted);
  if (faults.count > 0) throw new Error(`the evidence has ${faults.count} faults`);
  return events;
}

/** The built-in rules, loaded once: a scan of a folder loads them once too. */
const { active, errors } = loadDetection(DEFAULT_CONFIG, { now: Date.now() });
if (errors.length > 0) throw new Error(String(errors[0]));

/** Every built-in rule that is on by default. */
export const builtInRules = active;

/** Reads with every built-in rule. @returns events seen and alerts found */
export function scanThrough(source: Source, bytes: Buffer): { events: number; alerts: number } {
  const networks = new Networks();
  const scan = new Scan({ rules: active, networks });
  const events = readThrough(source, bytes, networks, (event) => scan.onEvent(event));
  const findings = scan.finish();
  findings.close();
  return { events, alerts: findings.alertCount };
}

/**
 * Runs something a few times and prints the best run: what the machine does when nothing disturbs it.
 *
 * @param bytes size of the input
 * @param run returns the number of records it went through
 * @returns records a second of the best run
 */
export function measure(label: string, bytes: number, run: () => number, rounds = 4): number {
  let best = Number.POSITIVE_INFINITY;
  let records = 0;
  for (let round = 0; round < rounds; round++) {
    const started = process.hrtime.bigint();
    records = run();
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1e9);
  }
  const rate = records / best;
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  console.log(
    `${label.padEnd(44)} ${(bytes / 1e6 / best).toFixed(0).padStart(6)} MB/s ${(rate / 1000).toFixed(0).padStart(7)} k/s  rss ${memory} MB`,
  );
  return rate;
}

/** Prints how two rates relate. */
export function compare(what: string, rate: number, baseline: number): void {
  console.log(`${what}: ${(rate / baseline).toFixed(2)} x`);
}
