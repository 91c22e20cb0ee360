/**
 * Real captures, damaged: cut, and with bits turned over. Nothing is thrown, every reading ends, memory stays within bounds.
 * Small captures are damaged in every way that is promised, the others in a share of them, see the names of the tests. With
 * SMBASTION_DAMAGE=all every capture is damaged in every way: five minutes of processor time.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FaultLog } from '../src/base/fault.ts';
import { Networks } from '../src/event/networks.ts';
import { sources } from '../src/sources/registry.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../src/sources/source.ts';
import { seededRandom } from './conformance/sources.ts';
import { evidencePath } from './tools/evidence-folder.ts';

const DATA = evidencePath('pcap/');
const CAPTURES = capturesIn(DATA);
const isWhole = process.env['SMBASTION_DAMAGE'] === 'all';

const CUT_BYTES = 97;
const FLIPS = 1000;
/** Captures of this size are damaged in every way that is promised. */
const SMALL_BYTES = isWhole ? Infinity : 17_000;
/** Of the others: cuts, spread evenly over the places where all would be made, and the first of the seeded copies. */
const SHARE_OF_CUTS = 100;
const SHARE_OF_FLIPS = 100;
/** Beside them, copies with more damage than is promised. */
const WORSE_COPIES = 20;
const FLIPS_A_COPY = 50;

/** Beyond what the process has before; a whole reading of one of these captures takes less than a tenth. */
const MAX_GROWTH_BYTES = 400e6;
/** A reading takes milliseconds, on a busy machine a second; this is a hang. */
const MAX_MS = 20_000;

const networks = new Networks();
const pcap = sources.get('pcap');

function capturesIn(folder: string): { readonly name: string; readonly bytes: Buffer }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name))
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return { name, bytes: name.endsWith('.gz') ? gunzipSync(bytes) : bytes };
    });
}

/** Reads as a scan does that wants every event. */
function read(bytes: Buffer): number {
  let events = 0;
  const parser = pcap.open({
    file: 'damaged',
    faults: new FaultLog(),
    networks,
    settings: DEFAULT_SOURCE_SETTINGS,
    skipped: () => {},
  });
  const take = (event: Parameters<Parameters<typeof parser.push>[1]>[0]) => {
    events++;
    event.document();
    event.id();
  };
  const began = performance.now();
  parser.push(bytes, take);
  parser.end(take);
  expect(performance.now() - began).toBeLessThan(MAX_MS);
  return events;
}

const memoryUsed = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** Runs over damaged copies; each must be read with bounded memory, and a capture with events must still give some. */
function readEach(whole: Buffer, copies: Iterable<Buffer>): void {
  const hasEvents = read(whole) > 0;
  const before = memoryUsed();
  let events = 0;
  for (const copy of copies) {
    events += read(copy);
    expect(memoryUsed() - before).toBeLessThan(MAX_GROWTH_BYTES);
  }
  expect(events > 0).toBe(hasEvents);
}

function* cuts(bytes: Buffer, step: number): Generator<Buffer> {
  for (let end = step; end < bytes.length; end += step) yield bytes.subarray(0, end);
}

function* flipped(bytes: Buffer, copies: number, flips: number): Generator<Buffer> {
  const random = seededRandom(bytes.length);
  for (let i = 0; i < copies; i++) {
    const damaged = Buffer.from(bytes);
    for (let flip = 0; flip < flips; flip++) {
      damaged[Math.floor(random() * damaged.length)]! ^= 1 << Math.floor(random() * 8);
    }
    yield damaged;
  }
}

const small = CAPTURES.filter(({ bytes }) => bytes.length <= SMALL_BYTES);
const others = CAPTURES.filter(({ bytes }) => bytes.length > SMALL_BYTES);

describe.skipIf(small.length === 0)('captures, small ones', () => {
  test.each(small)(
    `$name: cut at every ${CUT_BYTES}th byte, and ${FLIPS} copies with one bit flipped`,
    ({ bytes }) => {
      readEach(bytes, cuts(bytes, CUT_BYTES));
      readEach(bytes, flipped(bytes, FLIPS, 1));
    },
    600_000,
  );
});

describe.skipIf(others.length === 0)(`captures of more than ${SMALL_BYTES / 1000} kB`, () => {
  test.each(others)(
    `$name: cut at ${SHARE_OF_CUTS} places, ${SHARE_OF_FLIPS} copies with one bit flipped, ${WORSE_COPIES} with ${FLIPS_A_COPY}`,
    ({ bytes }) => {
      const places = Math.floor((bytes.length - 1) / CUT_BYTES);
      readEach(bytes, cuts(bytes, CUT_BYTES * Math.max(Math.floor(places / SHARE_OF_CUTS), 1)));
      readEach(bytes, flipped(bytes, SHARE_OF_FLIPS, 1));
      readEach(bytes, flipped(bytes, WORSE_COPIES, FLIPS_A_COPY));
    },
    60_000,
  );
});

test.skipIf(CAPTURES.length > 0)('skipped: the captures are not at hand', () => {});
