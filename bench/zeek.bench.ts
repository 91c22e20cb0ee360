import { zeekTsv } from '../src/sources/zeek/tsv.ts';
import { makeEvidence, zeekTsv as spelling, ZEEK_TSV_HEADER } from './evidence.ts';
import { compare, measure, scanThrough } from './reading.ts';

export const name = 'Zeek TSV with all built-in rules; target 400 k lines/s';

/** Scans Zeek conn lines; the baseline splits every line into its columns and nothing else. */
export async function run(): Promise<void> {
  const bytes = makeEvidence(spelling, 150e6, ZEEK_TSV_HEADER);
  const baseline = measure('split lines and columns', bytes.length, () => splitLines(bytes));
  let alerts = 0;
  const rate = measure('smbastion, all rules', bytes.length, () => {
    const result = scanThrough(zeekTsv, bytes);
    alerts = result.alerts;
    return result.events;
  });
  compare(`scan against splitting (${alerts} alerts)`, rate, baseline);
}

function splitLines(bytes: Buffer): number {
  let lines = 0;
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(10, from);
    if (end < 0) return lines;
    if (bytes[from] !== 35 && bytes.toString('utf8', from, end).split('\t').length > 1) lines++;
    from = end + 1;
  }
}
