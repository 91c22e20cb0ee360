/**
 * What every source owes its readers, as one suite: the same events however the bytes are cut, the same ids on a second
 * reading, and no throw, no hang and no lost event on damaged input.
 */
import { describe, expect, test } from 'vitest';
import { FaultLog, type FaultGroup } from '../../src/base/fault.ts';
import type { Document } from '../../src/event/document.ts';
import { fieldId, fields } from '../../src/event/field.ts';
import { Networks } from '../../src/event/networks.ts';
import type { EventView, Provenance } from '../../src/event/view.ts';
import { DEFAULT_SOURCE_SETTINGS, type Source, type SourceSettings } from '../../src/sources/source.ts';
const DATASET = fieldId('event.dataset');

/** An event as it was read. */
export interface ReadEvent {
  readonly document: Document;
  readonly id: string;
  readonly provenance: Provenance;
}

/** Everything a source gave for one file. */
export interface ReadResult {
  readonly events: readonly ReadEvent[];
  readonly faults: readonly FaultGroup[];
  /** Faults of all kinds. */
  readonly faultCount: number;
  /** Records without an event, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

/** How to read. */
export interface ReadOptions {
  /** Keeps the event of a capture as a whole. */
  readonly withCapture?: boolean;
  readonly settings?: Partial<SourceSettings>;
  readonly networks?: Networks;
  readonly file?: string;
  /** Bytes of a chunk; a function is asked for each chunk; all at once when absent. */
  readonly chunk?: number | (() => number);
  /** Called for each event before its document is made. */
  readonly each?: (event: EventView) => void;
}

/** Reads a whole file. Chunks are overwritten after each push, as the contract of a parser allows. */
export function readAll(source: Source, bytes: Buffer | string, options: ReadOptions = {}): ReadResult {
  const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const faults = new FaultLog();
  const skipped: Record<string, number> = {};
  const events: ReadEvent[] = [];
  const parser = source.open({
    file: options.file ?? 'sample',
    faults,
    networks: options.networks ?? new Networks(),
    settings: { ...DEFAULT_SOURCE_SETTINGS, ...options.settings },
    skipped: (reason, count = 1) => {
      skipped[reason] = (skipped[reason] ?? 0) + count;
    },
  });
  const sink = (event: EventView): void => {
    // What is said of a capture as a whole stands behind every one, and is no event of its traffic.
    if (options.withCapture !== true && event.get(DATASET) === 'smb.capture') return;
    options.each?.(event);
    events.push({ document: event.document(), id: event.id(), provenance: event.provenance() });
  };
  for (let at = 0; at < all.length; ) {
    const size = typeof options.chunk === 'function' ? options.chunk() : (options.chunk ?? all.length);
    const chunk = Buffer.from(all.subarray(at, at + Math.max(1, size)));
    at += chunk.length;
    parser.push(chunk, sink);
    chunk.fill(0xaa);
  }
  parser.end(sink);
  return {
    events,
    faults: faults.list(),
    faultCount: faults.list().reduce((sum, group) => sum + group.count, 0),
    skipped,
  };
}

/** A generator of numbers from 0 to below 1 that gives the same row for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A small file of the format. */
export interface SourceSample {
  readonly name: string;
  /** A few kilobytes at most: it is cut at every byte. */
  readonly bytes: Buffer | string;
  /** Events it holds. */
  readonly events: number;
  /** Faults it holds; 0 unless stated. */
  readonly faults?: number;
  readonly settings?: Partial<SourceSettings>;
}

const BIT_FLIPS = 1000;
/** One reading of a few kilobytes takes about a millisecond, on a busy machine a hundred; this is a hang. */
const MAX_MS_PER_READ = 20_000;

/** Runs the suite of sources over small samples. Call it at the top of a test file. */
export function sourceConformance(source: Source, samples: readonly SourceSample[]): void {
  describe.each(samples)(`conformance of ${source.id}: $name`, (sample) => {
    const bytes = typeof sample.bytes === 'string' ? Buffer.from(sample.bytes) : sample.bytes;
    const read = (input: Buffer, chunk?: ReadOptions['chunk']) =>
      readAll(source, input, {
        ...(sample.settings ? { settings: sample.settings } : {}),
        ...(chunk ? { chunk } : {}),
      });

    test('is recognised and gives its events', () => {
      expect(source.detect(bytes.subarray(0, 65_536))).toBeGreaterThan(0);
      const result = read(bytes);
      expect(result.faultCount, JSON.stringify(result.faults)).toBe(sample.faults ?? 0);
      expect(result.events.length).toBe(sample.events);
    });

    test('gives the same however the bytes are cut', () => {
      const whole = read(bytes);
      expect(read(bytes, 1)).toEqual(whole);
      const random = seededRandom(1);
      for (let i = 0; i < 20; i++) expect(read(bytes, () => 1 + Math.floor(random() * 300))).toEqual(whole);
    });

    test('gives the same ids on a second reading, and each event its own', () => {
      const first = read(bytes).events.map((event) => event.id);
      expect(read(bytes).events.map((event) => event.id)).toEqual(first);
      expect(new Set(first).size).toBe(first.length);
    });

    test('documents hold fields of the catalogue only, with JSON values', () => {
      for (const { document } of read(bytes).events) {
        expect(JSON.parse(JSON.stringify(document))).toEqual(document);
        for (const name of leafNames(document)) expect(fields.find(name), name).toBeDefined();
      }
    });

    test('survives being cut at every byte', () => {
      const whole = read(bytes).events.length;
      for (let end = 0; end < bytes.length; end++) {
        const result = within(() => read(bytes.subarray(0, end)));
        expect(result.events.length).toBeLessThanOrEqual(whole);
      }
    });

    test(`survives ${BIT_FLIPS} flipped bits`, () => {
      const random = seededRandom(7);
      for (let i = 0; i < BIT_FLIPS; i++) {
        const damaged = Buffer.from(bytes);
        const at = Math.floor(random() * damaged.length);
        damaged[at]! ^= 1 << Math.floor(random() * 8);
        within(() => read(damaged));
      }
    });
  });
}

function within(run: () => ReadResult): ReadResult {
  const start = performance.now();
  const result = run();
  expect(performance.now() - start).toBeLessThan(MAX_MS_PER_READ);
  return result;
}

function leafNames(document: Document, prefix = ''): string[] {
  return Object.entries(document).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !fields.find(prefix + key)
      ? leafNames(value as Document, `${prefix}${key}.`)
      : [prefix + key],
  );
}
