import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { FaultLog } from '../src/base/fault.ts';
import { Networks } from '../src/event/networks.ts';
import { EvtxParser } from '../src/sources/evtx/evtx-parser.ts';
import { EvtxFaults } from '../src/sources/evtx/evtx-faults.ts';
import { walkRecords } from '../src/sources/evtx/walk-records.ts';
import { dataName } from '../src/sources/windows/data-name.ts';
import { DEFAULT_SOURCE_SETTINGS, type EventGate, type EventSink, type SourceContext } from '../src/sources/source.ts';
import { fieldId } from '../src/event/field.ts';
import { Scan } from '../src/detect/scan/scan.ts';
import { evtx } from '../src/sources/evtx/evtx.ts';
import { builtInRules } from './reading.ts';

export const name = 'Windows event logs; targets: headers 4 M/s, five fields of 14 event ids 0.5 M/s, flat memory';

const SAMPLES = '../shared/data/evtx';
const FOLDER = 'bench/data';
const HEADER_BYTES = 4096;
const CHUNK_BYTES = 65_536;
const FILE_BYTES = 500e6;
const SMALL_BYTES = 10e6;
const READ_BYTES = 1024 * 1024;
const TIME = '/usr/bin/time';

const WANTED = [1, 3, 4624, 4625, 4648, 4672, 4688, 4697, 5140, 5142, 5143, 5144, 5145, 7045].map(String);
const FIELDS = ['SubjectUserName', 'IpAddress', 'ShareName', 'LogonType', 'Image'].map(dataName);

/** Reads a log of 500 MB, made once by repeating the chunks of real logs, which flatters caches of every reader. */
export async function run(): Promise<void> {
  if (!existsSync(SAMPLES)) {
    console.log(`needs real logs below ${SAMPLES}; skipped`);
    return;
  }
  const big = makeLog(`${FOLDER}/large.evtx`, FILE_BYTES);
  const small = makeLog(`${FOLDER}/small.evtx`, SMALL_BYTES);
  measure('record headers only', big, readHeaders);
  measure('14 event ids, five fields', big, (file) => readFields(file, WANTED));
  measure('every record, five fields', big, (file) => readFields(file, undefined));
  let alerts = 0;
  measure(`smbastion, all ${builtInRules.length} rules`, big, (file) => {
    const result = scanFile(file);
    alerts = result.alerts;
    return result.records;
  });
  console.log(`(${alerts} alerts)`);
  measureThreads(big);
  measureProgram('evtxexport (libevtx), XML of everything, 10 MB', 'evtxexport', ['-f', 'xml', small], small);
  // At some hundred records a second only one small real log is read; the rate is what it would be for more of it.
  const log = `${SAMPLES}/attack/secretsdump.evtx`;
  measureProgram('evtx_dump.py (python3-evtx), one small log', 'evtx_dump.py', [log], log);
}

function makeLog(path: string, bytes: number): string {
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const logs = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.evtx') && !/forwarded|issue|bad|no_crc/.test(file))
    .sort()
    .map((file) => readFileSync(`${SAMPLES}/${file}`));
  const file = openSync(path, 'w');
  const header = Buffer.from(logs[0]!.subarray(0, HEADER_BYTES));
  let written = writeSync(file, header);
  while (written < bytes) {
    for (const log of logs) {
      for (let at = HEADER_BYTES; at + CHUNK_BYTES <= log.length; at += CHUNK_BYTES) {
        if (log.toString('latin1', at, at + 7) === 'ElfChnk') written += writeSync(file, log, at, CHUNK_BYTES);
      }
    }
  }
  // Other readers count the chunks by the header, in 16 bits.
  header.writeUInt16LE(Math.min(65_535, (written - HEADER_BYTES) / CHUNK_BYTES), 42);
  header.writeBigUInt64LE(0n, 8);
  header.writeBigUInt64LE(BigInt((written - HEADER_BYTES) / CHUNK_BYTES - 1), 16);
  header.writeUInt32LE(crc32(header.subarray(0, 120)), 124);
  writeSync(file, header, 0, HEADER_BYTES, 0);
  closeSync(file);
  return path;
}

function eachPush(path: string, visit: (bytes: Buffer, offset: number) => void, from = 0): void {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const file = openSync(path, 'r');
  for (let at = from; ; ) {
    const read = readSync(file, buffer, 0, READ_BYTES, at);
    if (read === 0) break;
    visit(buffer.subarray(0, read), at);
    at += read;
  }
  closeSync(file);
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

function contextOf(file: string): SourceContext {
  return {
    file,
    faults: new FaultLog(),
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    skipped: () => {},
  };
}

function scanFile(path: string): { records: number; alerts: number } {
  const context = contextOf(path);
  const scan = new Scan({ rules: builtInRules, networks: context.networks });
  let records = 0;
  const gate = scan.gate();
  const counted: EventGate = {
    admits: (facts) => gate.admits(facts),
    pass: (dataset, time) => {
      records++;
      gate.pass(dataset, time);
    },
  };
  const parser = evtx.open({ ...context, gate: counted });
  const sink: EventSink = (event) => {
    records++;
    scan.onEvent(event);
  };
  eachPush(path, (bytes) => parser.push(bytes, sink));
  parser.end(sink);
  const findings = scan.finish();
  findings.close();
  return { records, alerts: findings.alertCount };
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
 * `smbastion scan` as a user starts it, in one thread and in two; best of three, each with its start. The log is read three
 * times over under other names, since every thread first compiles code and rules for half a second or more.
 */
function measureThreads(path: string): void {
  spawnSync(process.execPath, ['scripts/build.mjs', '--if-needed'], { stdio: 'inherit' });
  const folder = `${FOLDER}/three`;
  mkdirSync(folder, { recursive: true });
  for (const copy of [1, 2, 3]) if (!existsSync(`${folder}/${copy}.evtx`)) linkSync(path, `${folder}/${copy}.evtx`);
  const records = 3 * readHeaders(path);
  const answers: string[] = [];
  const best = [1, 2].map((workers) => {
    const args = ['dist/main.js', 'scan', folder, '--workers', String(workers), '--format', 'jsonl', '--quiet'];
    const runs = [1, 2, 3].map(() => runProgram(process.execPath, args));
    const seconds = Math.min(...runs.map(({ seconds: each }) => each));
    const memory = Math.max(...runs.map(({ peakBytes }) => peakBytes));
    // Of an event that stands in several files, threads cite the copy that came first.
    answers.push(runs[0]!.stdout.replace(/\/[123]\.evtx|"offset":\d+/g, ''));
    const label = `smbastion scan --workers ${workers}, its start included`;
    print(label, records, 3 * statSync(path).size, seconds, `peak ${megabytes(memory)} MB`);
    return seconds;
  });
  const same = answers[0] === answers[1] ? 'the same answer' : 'ANOTHER ANSWER';
  console.log(`(two threads: ${(best[0]! / best[1]!).toFixed(2)} times as fast, ${same})`);
}

/** Runs a program once; its peak memory is what GNU time says, NaN where that is not installed. */
function runProgram(program: string, args: readonly string[]) {
  const hasTime = existsSync(TIME);
  const command = hasTime ? [TIME, '-f', '%M', program, ...args] : [program, ...args];
  const start = process.hrtime.bigint();
  const { error, stdout, stderr } = spawnSync(command[0]!, command.slice(1), {
    encoding: 'latin1',
    maxBuffer: 1 << 29,
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const peakBytes = hasTime && !error ? Number(stderr.trim().split('\n').at(-1)) * 1024 : Number.NaN;
  return { stdout: error ? '' : stdout, seconds, peakBytes };
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
