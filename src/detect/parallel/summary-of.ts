import { FaultLog } from '../../base/fault.ts';
import type { ReadSummary } from '../../sources/input/read-all.ts';
import type { ReadResult } from '../../sources/input/read.ts';
import type { RunResult } from './protocol.ts';

/**
 * Puts what the runs came to together, parts of one file as one.
 *
 * @param results in the order of the input; by their first tasks
 */
export function summaryOf(results: readonly (RunResult | undefined)[], interrupted: boolean): ReadSummary {
  const faults = new FaultLog();
  const skipped = new Map<string, number>();
  const files: ReadResult[] = [];
  for (const result of results) {
    if (!result) continue;
    for (const group of result.faults) faults.addGroup(group);
    for (const { reason, count } of result.skipped) skipped.set(reason, (skipped.get(reason) ?? 0) + count);
    for (const file of result.files) addFile(files, file);
  }
  return {
    files,
    events: files.reduce((sum, file) => sum + file.events, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    faults,
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })).sort((x, y) => y.count - x.count),
    interrupted,
  };
}

function addFile(files: ReadResult[], file: ReadResult): void {
  const last = files.at(-1);
  if (last?.file !== file.file) {
    files.push(file);
    return;
  }
  files[files.length - 1] = {
    ...last,
    format: last.format ?? file.format,
    bytes: last.bytes + file.bytes,
    events: last.events + file.events,
    problem: last.problem ?? file.problem,
  };
}
