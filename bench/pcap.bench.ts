import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FaultLog } from '../src/base/fault.ts';
import { Networks } from '../src/event/networks.ts';
import { Scan } from '../src/detect/scan/scan.ts';
import { CaptureParser } from '../src/sources/pcap/capture-parser.ts';
import { sources } from '../src/sources/registry.ts';
import { DEFAULT_SOURCE_SETTINGS, type Parser, type SourceContext } from '../src/sources/source.ts';
import { builtInRules } from './reading.ts';
import { REAL_EVIDENCE } from './evidence.ts';

export const name = 'Packet captures; targets: 150 MB/s, 200 k packets/s, 200 MB of memory, 10 x tshark';

const LAB = `${REAL_EVIDENCE}/pcap/lab`;
const FOLDER = 'bench/data';
/** Large transfers, made by `npm run lab:capture`. */
const TRANSFERS = `${FOLDER}/lab/large.pcap`;
const FILE_BYTES = 240e6;
const READ_BYTES = 1024 * 1024;
const TIME = '/usr/bin/time';
/** The capture to read instead of the one made here. */
const CAPTURE = process.env['SMBASTION_CAPTURE'];
const TSHARK_FIELDS = 'frame.number smb2.cmd smb2.nt_status smb2.msg_id smb2.sesid smb2.tid smb2.filename';
const ROUNDS = 3;

/** Each is run in a process of its own, so that its memory can be told. */
const WAYS: Readonly<Record<string, (context: SourceContext) => Parser>> = {
  'flows only, SMB not looked into': (context) => new CaptureParser(context, { protocols: [], datagrams: [] }),
  'all events as documents': (context) => sources.get('pcap').open(context),
  'smbastion, all rules': (context) => sources.get('pcap').open(context),
};

/**
 * Reads large transfers, and a capture of nothing but short sessions (an event for every five packets), beside tcpdump and
 * tshark, in seconds of processor time. tshark dissects every field, we decode what rules ask for.
 */
export async function run(): Promise<void> {
  const made = makeCapture(`${FOLDER}/sessions.pcap`);
  const files = CAPTURE ? [CAPTURE] : [TRANSFERS, made].filter((file) => file !== undefined && existsSync(file));
  for (const file of files) readFile(file!);
  if (files.length === 0) {
    console.log(`needs captures below ${LAB}, those of npm run lab:capture, or SMBASTION_CAPTURE=FILE; skipped`);
  }
}

function readFile(file: string): void {
  const size = statSync(file).size;
  console.log(`${file}, ${(size / 1e6).toFixed(0)} MB`);
  for (const way of Object.keys(WAYS)) {
    const rounds = Array.from({ length: ROUNDS }, () => runSelf(way, file)).sort((x, y) => x.seconds - y.seconds);
    const { seconds, packets, events, alerts, peakBytes } = rounds[0]!;
    show(
      way,
      size,
      seconds,
      peakBytes,
      `${(packets / seconds / 1000).toFixed(0)} k packets/s, ${events} events, ${alerts} alerts`,
    );
  }
  measureProgram('tcpdump -r -w /dev/null', size, 'tcpdump', ['-r', file, '-w', '/dev/null']);
  const fields = TSHARK_FIELDS.split(' ').flatMap((field) => ['-e', field]);
  measureProgram('tshark -Y smb2 -T fields', size, 'tshark', [
    '-n',
    '-r',
    file,
    '-Y',
    'smb2',
    '-T',
    'fields',
    ...fields,
  ]);
}

interface Figures {
  readonly seconds: number;
  readonly packets: number;
  readonly events: number;
  readonly alerts: number;
  readonly peakBytes: number;
}

function runSelf(way: string, file: string): Figures {
  const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), way, file], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Figures;
}

/** Reads a file as the product does, and counts. */
function readOnce(way: string, file: string): Figures {
  const networks = new Networks();
  const faults = new FaultLog();
  const scan = way === 'smbastion, all rules' ? new Scan({ rules: builtInRules, networks }) : undefined;
  const settings = DEFAULT_SOURCE_SETTINGS;
  const context: SourceContext = { file, faults, networks, settings, skipped: () => {}, gate: scan?.gate() };
  const parser = WAYS[way]!(context);
  let events = 0;
  let packets = 0;
  const handle = openSync(file, 'r');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const before = process.cpuUsage();
  for (;;) {
    const read = readSync(handle, buffer, 0, READ_BYTES, null);
    if (read === 0) break;
    parser.push(buffer.subarray(0, read), onEvent);
  }
  parser.end(onEvent);
  const findings = scan?.finish();
  findings?.close();
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  closeSync(handle);
  if (parser instanceof CaptureParser) packets = parser.packets;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const seen = findings?.events ?? events;
  return { seconds, packets, events: seen, alerts: findings?.alertCount ?? 0, peakBytes };

  function onEvent(event: Parameters<Scan['onEvent']>[0]): void {
    events++;
    if (scan) scan.onEvent(event);
    else if (way === 'all events as documents') event.document();
  }
}

function measureProgram(label: string, size: number, program: string, args: readonly string[]): void {
  if (spawnSync(program, ['--version']).error || !existsSync(TIME)) {
    console.log(`${label}: not installed, or no ${TIME} to measure it`);
    return;
  }
  const { stderr } = spawnSync(TIME, ['-v', program, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const figure = (what: string) => Number(new RegExp(`${what}.*: ([0-9.]+)`).exec(stderr)?.[1]);
  const seconds = figure('User time') + figure('System time');
  show(label, size, seconds, figure('Maximum resident') * 1024, '');
}

function show(label: string, size: number, seconds: number, peakBytes: number, rest: string): void {
  const rate = (size / 1e6 / seconds).toFixed(0).padStart(6);
  const peak = `peak ${(peakBytes / 1e6).toFixed(0)} MB`;
  console.log(`${label.padEnd(36)} ${rate} MB/s ${seconds.toFixed(2).padStart(7)} s CPU  ${peak}  ${rest}`);
}

/** Repeats the captures of short sessions, each time between other addresses. */
function makeCapture(path: string): string | undefined {
  if (existsSync(path)) return path;
  if (!existsSync(LAB)) return undefined;
  mkdirSync(FOLDER, { recursive: true });
  const captures = readdirSync(LAB)
    .filter((file) => file.endsWith('.pcap'))
    .map((file) => readFileSync(`${LAB}/${file}`));
  const out = openSync(path, 'w');
  writeSync(out, captures[0]!.subarray(0, 24));
  let written = 24;
  for (let round = 0; written < FILE_BYTES; round++) {
    for (const capture of captures) {
      const records = Buffer.from(capture.subarray(24));
      moveAddresses(records, round);
      written += writeSync(out, records);
    }
  }
  closeSync(out);
  return path;
}

/** Puts both ends of every IPv4 packet into other networks, and the time an hour on. */
function moveAddresses(records: Buffer, round: number): void {
  for (let at = 0; at + 16 <= records.length; ) {
    const size = records.readUInt32LE(at + 8);
    records.writeUInt32LE(records.readUInt32LE(at) + round * 60, at);
    if (records.readUInt16BE(at + 16 + 12) === 0x0800) {
      for (const address of [at + 16 + 14 + 12, at + 16 + 14 + 16]) {
        records[address + 1] = (records[address + 1]! + round) & 255;
        records[address + 2] = (records[address + 2]! + (round >> 8)) & 255;
      }
    }
    at += 16 + size;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(readOnce(process.argv[2]!, process.argv[3]!)));
}
