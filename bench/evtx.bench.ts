import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, statSync } from 'node:fs';
import { EvtxParser } from '../src/sources/evtx/evtx-parser.ts';
import { EvtxFaults } from '../src/sources/evtx/evtx-faults.ts';
import { walkRecords } from '../src/sources/evtx/walk-records.ts';
import { dataName } from '../src/sources/windows/data-name.ts';
import type { EventGate } from '../src/sources/source.ts';
import { fieldId } from '../src/event/field.ts';
import { CHUNK_BYTES, contextOf, eachPush, HEADER_BYTES, makeLog, SAMPLES, scanLog } from './evtx-log.ts';
import { builtInRules } from './reading.ts';

export const name =
  'Windows event logs; targets: headers 4 M/s, five fields of 14 event ids 0.5 M/s; scan of a repeated log 0.5 M/s in one thread, 1.5 times that in two, below 200 MB';

const FOLDER = 'bench/data';
const FILE_BYTES = 500e6;
const SMALL_BYTES = 10e6;
/** A log that repeats nothing: each round of real chunks tells of other events. */
const VARIED_BYTES = 1e9;
/** How often the log is read where threads are compared. */
const COPIES = 12;
const TIME = '/usr/bin/time';

const WANTED = [1, 3, 4624, 4625, 4648, 4672, 4688, 4697, 5140, 5142, 5143, 5144, 5145, 7045].map(String);
const FIELDS = ['SubjectUserName', 'IpAddress', 'ShareName', 'LogonType', 'Image'].map(dataName);

/** Reads a log of 500 MB, made once by repeating the chunks of real logs, which flatters caches of every reader. */
export async function run(): Promise<void> {
  if (!existsSync(SAMPLES)) {
    console.log(`needs real logs below ${SAMPLES}; skipped`);
    return;
  }
  const big = makeLog('large', FILE_BYTES);
  const small = makeLog('small', SMALL_BYTES);
  measure('record headers only', big, readHeaders);
  measure('14 event ids, five fields', big, (file) => readFields(file, WANTED));
  measure('every record, five fields', big, (file) => readFields(file, undefined));
  let alerts = 0;
  measure(`all ${builtInRules.length} rules, within this process`, big, (file) => {
    const result = scanLog(file, builtInRules);
    alerts = result.alerts;
    return result.records;
  });
  console.log(`(${alerts} alerts)`);
  measureThreads('repeated', copiesOf(big), COPIES * readHeaders(big), COPIES * statSync(big).size);
  const varied = makeLog('varied', VARIED_BYTES, true);
  measureThreads('varied', varied, readHeaders(varied), statSync(varied).size);
  measureProgram('evtxexport (libevtx), XML of everything, 10 MB', 'evtxexport', ['-f', 'xml', small], small);
  // At some hundred records a second only one small real log is read; the rate is what it would be for more of it.
  const log = `${SAMPLES}/attack/secretsdump.evtx`;
  measureProgram('evtx_dump.py (python3-evtx), one small log', 'evtx_dump.py', [log], log);
}

function readHeaders(path: string): number {
  const faults = new EvtxFaults(contextOf(path));
  let records = 0;
  const count = () => {
    records++;
    return true;
  };
  const onPush = (bytes: Buffer, offset: number) => {
    for (let at = 0; at + CHUNK_BYTES <= bytes.length; at += CHUNK_BYTES) {
      walkRecords(bytes.subarray(at, at + CHUNK_BYTES), offset + at, faults, count);
    }
  };
  eachPush(path, onPush, HEADER_BYTES);
  return records;
}

/** @param wanted event ids that pass the gate; all when undefined */
function readFields(path: string, wanted: readonly string[] | undefined): number {
  let records = 0;
  let characters = 0;
  const code = fieldId('event.code');
  const gate: EventGate = {
    admits: (facts) => wanted === undefined || (facts.known(code)?.some((id) => wanted.includes(String(id))) ?? true),
    pass: () => {
      records++;
    },
  };
  const parser = new EvtxParser({ ...contextOf(path), gate: wanted && gate }, (record) => {
    records++;
    for (const field of FIELDS) characters += record.data(field)?.length ?? 0;
  });
  eachPush(path, (bytes) => parser.push(bytes, () => {}));
  parser.end(() => {});
  if (characters === 0) throw new Error('no field was read');
  return records;
}

/** Prints the first run of this process and the best of three more. */
function measure(label: string, path: string, read: (path: string) => number): void {
  const seconds: number[] = [];
  let records = 0;
  let memory = 0;
  for (let round = 0; round < 4; round++) {
    const start = process.hrtime.bigint();
    records = read(path);
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
    memory = Math.max(memory, process.memoryUsage().rss);
  }
  const best = Math.min(...seconds.slice(1));
  print(
    label,
    records,
    statSync(path).size,
    best,
    `first run ${rate(records, seconds[0]!)}, rss ${megabytes(memory)} MB`,
  );
}

/**
 * @returns a folder in which the log stands under twelve names, 6 GB: each thread first compiles code and rules for a second,
 *   which on two cores is all that a scan of one log takes
 */
function copiesOf(path: string): string {
  const folder = `${FOLDER}/copies`;
  mkdirSync(folder, { recursive: true });
  for (let copy = 0; copy < COPIES; copy++) {
    const link = `${folder}/${String(copy).padStart(2, '0')}.evtx`;
    if (!existsSync(link)) linkSync(path, link);
  }
  return folder;
}

/** `smbastion scan` as a user starts it, in one thread and in two; the better of two runs, each with its start. */
function measureThreads(label: string, path: string, records: number, bytes: number): void {
  spawnSync(process.execPath, ['scripts/build.mjs', '--if-needed'], { stdio: 'inherit' });
  const answers: string[] = [];
  const best = [1, 2].map((workers) => {
    const args = ['dist/main.js', 'scan', path, '--workers', String(workers), '--format', 'jsonl', '--quiet'];
    const runs = [1, 2].map(() => runProgram(process.execPath, args));
    const seconds = Math.min(...runs.map(({ seconds: each }) => each));
    const memory = Math.max(...runs.map(({ peakBytes }) => peakBytes));
    const busy = Math.min(...runs.map(({ processorSeconds }) => processorSeconds));
    answers.push(...runs.map(({ stdout }) => stdout));
    const title = `smbastion scan --workers ${workers}, ${label}, start included`;
    const note = `${seconds.toFixed(1)} s, ${busy.toFixed(1)} s of processor time, peak ${megabytes(memory)} MB`;
    print(title, records, bytes, seconds, note);
    return seconds;
  });
  const same = answers.every((answer) => answer === answers[0]) ? 'the same answer' : 'ANOTHER ANSWER';
  console.log(
    `(two threads: ${(best[0]! / best[1]!).toFixed(2)} times as fast, ${same}; less where others use the machine)`,
  );
}

/** Runs a program once; its peak memory and processor time are what GNU time says, NaN where that is not installed. */
function runProgram(program: string, args: readonly string[]) {
  const hasTime = existsSync(TIME);
  const command = hasTime ? [TIME, '-f', '%M %U %S', program, ...args] : [program, ...args];
  const start = process.hrtime.bigint();
  const { error, stdout, stderr } = spawnSync(command[0]!, command.slice(1), {
    encoding: 'latin1',
    maxBuffer: 1 << 29,
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const said = hasTime && !error ? (stderr.trim().split('\n').at(-1) ?? '') : '';
  const [kilobytes = Number.NaN, user = Number.NaN, system = Number.NaN] =
    said === '' ? [] : said.split(' ').map(Number);
  return { stdout: error ? '' : stdout, seconds, peakBytes: kilobytes * 1024, processorSeconds: user + system };
}

/** Runs somebody else's reader once and counts the events it prints. */
function measureProgram(label: string, program: string, args: readonly string[], path: string): void {
  const { stdout, seconds, peakBytes } = runProgram(program, args);
  const records = stdout.split('<Event ').length - 1;
  if (records === 0) console.log(`${label}: not installed, or it failed; skipped`);
  else
    print(
      label,
      records,
      statSync(path).size,
      seconds,
      `${records} of ${readHeaders(path)} records, its start included, peak ${megabytes(peakBytes)} MB`,
    );
}

function print(label: string, records: number, bytes: number, seconds: number, note: string): void {
  const figures = `${rate(records, seconds).padStart(12)} ${megabytes(bytes / seconds).padStart(6)} MB/s`;
  console.log(`${label.padEnd(52)} ${figures}  ${note}`);
}

function rate(records: number, seconds: number): string {
  return `${(records / seconds / 1000).toFixed(records / seconds < 10_000 ? 2 : 0)} k/s`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 0);
}
