import { jsonDialects } from '../src/sources/registry.ts';
import { jsonSource } from '../src/sources/json/reader.ts';
import { ecsFlow, makeEvidence, zeekJson } from './evidence.ts';
import { compare, measure, scanThrough } from './reading.ts';

export const name = 'JSON lines with all built-in rules; target 150 MB/s';

/** Scans Zeek JSON and ECS documents; the baseline is JSON.parse of every line and nothing else. */
export async function run(): Promise<void> {
  for (const [label, spelling] of [
    ['Zeek JSON', zeekJson],
    ['ECS flows', ecsFlow],
  ] as const) {
    const bytes = makeEvidence(spelling, 150e6);
    const baseline = measure(`${label}: split lines and JSON.parse`, bytes.length, () => parseLines(bytes));
    let alerts = 0;
    const rate = measure(`${label}: smbastion, all rules`, bytes.length, () => {
      const result = scanThrough(jsonSource(jsonDialects), bytes);
      alerts = result.alerts;
      return result.events;
    });
    compare(`${label}: scan against JSON.parse (${alerts} alerts)`, rate, baseline);
  }
}

/** Splits lines and parses them, nothing else. @returns lines */
export function parseLines(bytes: Buffer): number {
  let lines = 0;
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(10, from);
    if (end < 0) return lines;
    JSON.parse(bytes.toString('utf8', from, end));
    lines++;
    from = end + 1;
  }
}
