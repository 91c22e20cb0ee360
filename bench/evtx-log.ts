/** Large Windows event logs for benchmarks, made once by repeating the chunks of real logs, and scans over them. */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { FaultLog } from '../src/base/fault.ts';
import { Networks } from '../src/event/networks.ts';
import type { Rule } from '../src/detect/rule.ts';
import { Scan } from '../src/detect/scan/scan.ts';
import { evtx } from '../src/sources/evtx/evtx.ts';
import { varyChunk } from './varied-chunk.ts';
import { DEFAULT_SOURCE_SETTINGS, type EventGate, type EventSink, type SourceContext } from '../src/sources/source.ts';
import { REAL_EVIDENCE } from './evidence.ts';

/** Where real logs are, when they are. */
export const SAMPLES = `${REAL_EVIDENCE}/evtx`;
const FOLDER = 'bench/data';
/** Bytes before the first chunk, and of a chunk. */
export const HEADER_BYTES = 4096;
/** @see HEADER_BYTES */
export const CHUNK_BYTES = 65_536;
const READ_BYTES = 1024 * 1024;

/**
 * @param isVaried whether each repetition tells of other events: repetition flatters caches of every reader
 * @returns a log of at least so many bytes, made if it is not there
 */
export function makeLog(name: string, bytes: number, isVaried = false): string {
  const path = `${FOLDER}/${name}.evtx`;
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const logs = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.evtx') && !/forwarded|issue|bad|no_crc/.test(file))
    .sort()
    .map((file) => readFileSync(`${SAMPLES}/${file}`));
  const file = openSync(path, 'w');
  const header = Buffer.from(logs[0]!.subarray(0, HEADER_BYTES));
  let written = writeSync(file, header);
  for (let round = 0; written < bytes; round++) {
    for (const log of logs) {
      for (let at = HEADER_BYTES; at + CHUNK_BYTES <= log.length; at += CHUNK_BYTES) {
        if (log.toString('latin1', at, at + 7) !== 'ElfChnk') continue;
        const chunk = log.subarray(at, at + CHUNK_BYTES);
        written += writeSync(file, isVaried && round > 0 ? varyChunk(chunk, round, contextOf(path)) : chunk);
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

/** Reads a file a piece at a time. */
export function eachPush(path: string, visit: (bytes: Buffer, offset: number) => void, from = 0): void {
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

/** What a parser needs that nobody asks anything of. */
export function contextOf(file: string): SourceContext {
  return {
    file,
    faults: new FaultLog(),
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    skipped: () => {},
  };
}

/** Reads a log with these rules. @returns records, those the gate turned away included, and alerts */
export function scanLog(path: string, rules: readonly Rule[]): { records: number; alerts: number } {
  const context = contextOf(path);
  const scan = new Scan({ rules, networks: context.networks });
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
