/** Logs whose few bytes ask for a multiple of themselves: what they cost is bounded, and told where it was cut. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAll } from '../../../test/conformance/sources.ts';
import { BinXmlWriter, NAME_BUCKETS, TEMPLATE_BUCKETS } from '../../../test/tools/evtx-writer/bin-xml-writer.ts';
import type { Child, Element, Leaf } from '../../../test/tools/evtx-writer/event-tree.ts';
import { OutBytes } from '../../../test/tools/evtx-writer/out-bytes.ts';
import { chunkRanges } from './chunk-ranges.ts';
import { evtx } from './evtx.ts';

const CHUNK = 65_536;

const element = (name: string, children: readonly Child[], attributes: Element['attributes'] = []): Element => ({
  kind: 'element',
  name,
  attributes,
  children,
});

const event = (data: Element, recordId = 1): Element =>
  element('Event', [
    element('System', [
      element('Provider', [], [['Name', 'Microsoft-Windows-Security-Auditing']]),
      element('EventID', ['5140']),
      element('TimeCreated', [], [['SystemTime', '2026-03-02T10:00:00.0000000Z']]),
      element('EventRecordID', [String(recordId)]),
      element('Channel', ['Security']),
      element('Computer', ['FS01']),
    ]),
    data,
  ]);

/** A log of one chunk with as many copies of an event as fit. */
function filled(root: Element, most = Number.POSITIVE_INFINITY): { bytes: Buffer; records: number } {
  const bytes = Buffer.alloc(4096 + CHUNK);
  bytes.write('ElfFile\0', 'latin1');
  bytes.writeUInt16LE(1, 36);
  bytes.writeUInt16LE(3, 38);
  const chunk = bytes.subarray(4096);
  const out = new OutBytes(chunk, 512);
  const writer = new BinXmlWriter(
    out,
    {
      names: new Map(),
      templates: new Map(),
      nameHeads: new Uint32Array(NAME_BUCKETS),
      templateHeads: new Uint32Array(TEMPLATE_BUCKETS),
    },
    {},
  );
  let records = 0;
  for (let size = 0; records < most && (records < 2 || CHUNK - out.position > size + 8); records++) {
    const start = out.position;
    out.u32(0x2a2a);
    const sizeAt = out.reserveU32();
    out.u64(BigInt(records + 1));
    out.u64(133_000_000_000_000_000n);
    writer.fragment(root, false);
    while ((out.position - start + 4) % 8 !== 0) out.u8(0);
    size = out.position - start + 4;
    out.u32(size);
    chunk.writeUInt32LE(size, sizeAt);
  }
  chunk.write('ElfChnk\0', 'latin1');
  chunk.writeUInt32LE(128, 40);
  chunk.writeUInt32LE(out.position, 48);
  return { bytes, records };
}

const zeros = (count: number): Leaf => ({
  kind: 'leaf',
  type: 'i8[]',
  value: Array.from({ length: count }, () => 0),
  optional: false,
});

test('records that repeat an element thousands of times cannot do so all over the chunk', () => {
  const kids = Array.from({ length: 10 }, () => element('k', ['x']));
  const data = element('EventData', [element('Data', [zeros(65), ...kids], [['Name', zeros(65)]])]);
  const { bytes, records } = filled(event(data));
  expect(records).toBeGreaterThan(200);
  const { events, faultCount } = readAll(evtx, bytes);
  // Cut short, but none is lost.
  expect(events).toHaveLength(records);
  expect(faultCount).toBeGreaterThanOrEqual(records);
});

test('names of elements inside of each other do not multiply', () => {
  const long = 'N'.repeat(6000);
  let data = element(
    'leaf',
    Array.from({ length: 500 }, () => element(long, [])),
  );
  for (let depth = 0; depth < 50; depth++) data = element(long, [data]);
  const { bytes, records } = filled(event(element('UserData', [element('R', [data])])), 100);
  const { events, faults } = readAll(evtx, bytes);
  expect(events).toHaveLength(records);
  expect(faults[0]?.samples[0]).toMatchObject({
    code: 'evtx.limit',
    offset: 4608,
    message: '500 values of the record have a path of more than 1024 characters; they are left out',
  });
});

test('a file with a chunk inside of its header block is not cut into parts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evtx-parts-'));
  try {
    const path = join(folder, 'log');
    const bytes = Buffer.alloc(4096 + 600 * CHUNK);
    bytes.write('ElfFile\0', 'latin1');
    for (let at = 4096; at < bytes.length; at += CHUNK) bytes.write('ElfChnk\0', at, 'latin1');
    writeFileSync(path, bytes);
    expect(chunkRanges(path, bytes.length, 2)).toHaveLength(2);
    bytes.write('ElfChnk\0', 1024, 'latin1');
    bytes.writeUInt32LE(128, 1024 + 40);
    writeFileSync(path, bytes);
    expect(chunkRanges(path, bytes.length, 2)).toEqual([{ from: 4096, to: bytes.length }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(['constructor', '__proto__', 'toString'])('an entity called %s is text like any unknown one', (name) => {
  const { bytes } = filled(event(element('EventData', [element('Data', ['xx'], [['Name', `A${name}`]])])), 1);
  const text = bytes.indexOf(Buffer.concat([Buffer.from([5, 1, 2, 0]), Buffer.from('xx', 'utf16le')]));
  const stored = Buffer.alloc(10 + name.length * 2);
  stored.writeUInt16LE(name.length, 6);
  stored.write(name, 8, 'utf16le');
  const nameAt = CHUNK - 200;
  stored.copy(bytes, 4096 + nameAt);
  bytes[text] = 0x09;
  bytes.writeUInt32LE(nameAt, text + 1);
  // What is left of it is a character reference.
  bytes[text + 5] = 0x08;
  bytes.writeUInt16LE(0x21, text + 6);
  const { events } = readAll(evtx, bytes);
  expect(JSON.stringify(events[0]?.document)).toContain(`&${name};!`);
});
