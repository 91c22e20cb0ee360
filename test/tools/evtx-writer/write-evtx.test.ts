/** The layout of written files, checked byte for byte by the rules of the format. */
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { nameHash } from './bin-xml-writer.ts';
import type { EvtxOptions, EvtxRecord, Form } from './description.ts';
import { toFiletime } from './value.ts';
import { writeEvtx } from './write-evtx.ts';

const CHUNK = 65_536;
const record = (recordId: number, more: Partial<EvtxRecord> = {}): EvtxRecord => ({
  recordId,
  time: '2026-03-02T10:25:03.1234567Z',
  provider: { name: 'Microsoft-Windows-Security-Auditing', guid: '{54849625-5478-4994-A5BA-3E3B0328C30D}' },
  channel: 'Security',
  computer: 'APP01.office.example',
  eventId: 4624,
  level: 0,
  keywords: '0x8020000000000000',
  eventData: [
    ['TargetUserName', 'string', 'svc_backup'],
    ['LogonType', 'u32', 3],
  ],
  ...more,
});
const many = (count: number, more?: Partial<EvtxRecord>) =>
  Array.from({ length: count }, (_, index) => record(1000 + index, more));
const chunksOf = (file: Buffer) =>
  Array.from({ length: (file.length - 4096) / CHUNK }, (_, index) =>
    file.subarray(4096 + index * CHUNK, 4096 + (index + 1) * CHUNK),
  );

/** Walks the records of a chunk up to its free-space offset. */
function recordsOf(chunk: Buffer): { offset: number; size: number; id: bigint; time: bigint; body: Buffer }[] {
  const found = [];
  for (let offset = 512; offset < chunk.readUInt32LE(48); ) {
    const size = chunk.readUInt32LE(offset + 4);
    expect(chunk.toString('hex', offset, offset + 4)).toBe('2a2a0000');
    expect(size % 8).toBe(0);
    expect(chunk.readUInt32LE(offset + size - 4)).toBe(size);
    found.push({
      offset,
      size,
      id: chunk.readBigUInt64LE(offset + 8),
      time: chunk.readBigUInt64LE(offset + 16),
      body: chunk.subarray(offset + 24, offset + size - 4),
    });
    offset += size;
  }
  return found;
}

/** Follows a chain of the tables; each step goes back in the chunk, so it ends. */
function chain(chunk: Buffer, head: number): number[] {
  const offsets = [];
  for (let at = head; at !== 0; at = chunk.readUInt32LE(at)) {
    expect(at).toBeLessThan(offsets.at(-1) ?? CHUNK);
    offsets.push(at);
  }
  return offsets;
}

test.each<[string, EvtxOptions]>([
  ['plain', {}],
  ['small chunks', { chunksOf: 7 }],
  ['terminated strings', { terminateStrings: true, nullBytes: 16 }],
])('headers, checksums and records agree: %s', (_, options) => {
  const file = writeEvtx({ records: many(300), options });
  const chunks = chunksOf(file);
  expect(file.toString('latin1', 0, 8)).toBe('ElfFile\0');
  expect(file.readUInt32LE(124)).toBe(crc32(file.subarray(0, 120)));
  expect(file.readUInt16LE(42)).toBe(chunks.length);
  expect(file.readBigUInt64LE(24)).toBe(1300n);
  expect(chunks.length).toBeGreaterThan(1);
  let number = 1n;
  let id = 1000n;
  for (const chunk of chunks) {
    const records = recordsOf(chunk);
    const end = chunk.readUInt32LE(48);
    expect(chunk.toString('latin1', 0, 8)).toBe('ElfChnk\0');
    expect(chunk.readUInt32LE(52)).toBe(crc32(chunk.subarray(512, end)));
    expect(chunk.readUInt32LE(124)).toBe(crc32(Buffer.concat([chunk.subarray(0, 120), chunk.subarray(128, 512)])));
    expect(records.map((each) => each.id)).toEqual(records.map((_each, index) => id + BigInt(index)));
    expect([chunk.readBigUInt64LE(8), chunk.readBigUInt64LE(24)]).toEqual([number, id]);
    number += BigInt(records.length);
    id += BigInt(records.length);
    expect([chunk.readBigUInt64LE(16), chunk.readBigUInt64LE(32)]).toEqual([number - 1n, id - 1n]);
    expect(chunk.readUInt32LE(44)).toBe(records.at(-1)!.offset);
    expect(chunk.subarray(end).every((byte) => byte === 0)).toBe(true);
    if (options.chunksOf !== undefined) expect(records.length).toBeLessThanOrEqual(options.chunksOf);
  }
  expect(id).toBe(1300n);
});

/** How many definitions the first chunk holds. */
function definitionsOf(records: EvtxRecord[]): number {
  const [chunk] = chunksOf(writeEvtx({ records }));
  return Array.from({ length: 32 }, (_, bucket) => chain(chunk!, chunk!.readUInt32LE(384 + bucket * 4))).flat().length;
}

test('names stand once in a chunk, under their hash', () => {
  for (const chunk of chunksOf(writeEvtx({ records: many(300) }))) {
    const names = Array.from({ length: 64 }, (_, bucket) =>
      chain(chunk, chunk.readUInt32LE(128 + bucket * 4)).map((at) => {
        const units = chunk.readUInt16LE(at + 6);
        const name = chunk.toString('utf16le', at + 8, at + 8 + units * 2);
        expect(chunk.readUInt16LE(at + 4)).toBe(nameHash(name));
        expect(nameHash(name) % 64).toBe(bucket);
        expect(chunk.readUInt16LE(at + 8 + units * 2)).toBe(0);
        // The offset that names it stands before it: here it was used first.
        expect(chunk.readUInt32LE(at - 4)).toBe(at);
        return name;
      }),
    ).flat();
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['Event', 'System', 'EventData', 'Data', 'Name']));
  }
});

test('the hash of a name', () => {
  // As Windows writes them beside these names.
  expect(nameHash('Event').toString(16)).toBe('cba');
  expect(nameHash('System').toString(16)).toBe('546f');
  expect(nameHash('SystemTime').toString(16)).toBe('7b3c');
});

test('definitions stand once in a chunk, under the first number of their GUID, and records point to them', () => {
  for (const chunk of chunksOf(writeEvtx({ records: many(300) }))) {
    const definitions = Array.from({ length: 32 }, (_, bucket) =>
      chain(chunk, chunk.readUInt32LE(384 + bucket * 4)),
    ).flat();
    expect(definitions.length).toBe(2);
    for (const at of definitions) {
      const size = chunk.readUInt32LE(at + 20);
      expect(chunk.toString('hex', at + 24, at + 28)).toBe('0f010100');
      expect(chunk[at + 24 + size - 1]).toBe(0);
      expect([chunk.readUInt32LE(at - 4), chunk[at - 10]]).toEqual([at, 0x0c]);
    }
    for (const { body } of recordsOf(chunk)) {
      expect(body.toString('hex', 0, 6)).toBe('0f0101000c01');
      expect(definitions).toContain(body.readUInt32LE(10));
      expect(chunk.readUInt32LE(body.readUInt32LE(10) + 4)).toBe(body.readUInt32LE(6));
    }
  }
});

test('another shape is another template, another value is not', () => {
  expect(definitionsOf([record(1), record(2, { computer: 'FS01', eventData: record(1).eventData })])).toBe(2);
  expect(definitionsOf([record(1), record(2, { eventData: [['TargetUserName', 'string', 'x']] })])).toBe(3);
  expect(definitionsOf([record(1), record(2, { eventDataName: 'x' })])).toBe(3);
  expect(definitionsOf([record(1), record(2, { constants: true })])).toBe(3);
  expect(definitionsOf([record(1, { form: 'template' })])).toBe(1);
  expect(definitionsOf([record(1, { form: 'literal-nested' })])).toBe(1);
  expect(definitionsOf([record(1, { form: 'templateless' })])).toBe(0);
});

test.each<[Form, boolean | undefined, string]>([
  ['templateless', undefined, '0f01010041'],
  ['template', undefined, '0f0101000c'],
  ['nested', undefined, '0f0101000c'],
])('a record as %s begins with its tokens', (form, nestedHeader, start) => {
  const [chunk] = chunksOf(writeEvtx({ records: [record(1, { form, nestedHeader })] }));
  expect(recordsOf(chunk!)[0]!.body.toString('hex', 0, 5)).toBe(start);
});

test.each<[string, Partial<EvtxRecord>, string]>([
  ['a nested template', { form: 'nested' }, '0f0101000c'],
  ['a nested template without header', { form: 'nested', nestedHeader: false }, '0c01'],
  ['a nested literal', { form: 'literal-nested' }, '01'],
  ['a nested literal with header', { form: 'literal-nested', nestedHeader: true }, '0f01010001'],
])('%s begins with its tokens', (_, more, start) => {
  const [chunk] = chunksOf(writeEvtx({ records: [record(1, more)] }));
  const { body } = recordsOf(chunk!)[0]!;
  const definition = 14;
  let at = definition + 24 + body.readUInt32LE(definition + 20);
  const slots = body.readUInt32LE(at);
  at += 4;
  let value = at + slots * 4;
  for (let slot = 0; slot < slots; slot++, at += 4) {
    if (body[at + 2] === 0x21) expect(body.toString('hex', value, value + start.length / 2)).toBe(start);
    value += body.readUInt16LE(at);
  }
  // After the values the fragment ends, and less than 8 bytes fill up the record.
  expect(body[value]).toBe(0);
  expect(body.length - value).toBeLessThanOrEqual(8);
});

test('the file may know the record by another number and time than its event', () => {
  const [chunk] = chunksOf(
    writeEvtx({ records: [record(349_321, { fileRecordId: 1, fileTime: '2026-03-03T00:00:00Z' })] }),
  );
  const [only] = recordsOf(chunk!);
  expect([only!.id, only!.time]).toEqual([1n, toFiletime('2026-03-03T00:00:00Z')]);
});

test('damage and oddities are written where they belong', () => {
  const records = many(3);
  const plain = writeEvtx({ records });
  expect(writeEvtx({ records, options: { dirty: true } }).readUInt32LE(120)).toBe(1);
  const bare = writeEvtx({ records, options: { noChecksums: true } });
  expect([bare.readUInt32LE(120), bare.readUInt32LE(124)]).toEqual([4, 0]);
  expect([bare.readUInt32LE(4096 + 52), bare.readUInt32LE(4096 + 120)]).toEqual([0, 4]);
  expect(writeEvtx({ records, options: { header: 'absent' } }).equals(plain.subarray(4096))).toBe(true);
  const zeroed = writeEvtx({ records, options: { header: 'zeroed' } });
  expect(zeroed.equals(Buffer.concat([Buffer.alloc(4096), plain.subarray(4096)]))).toBe(true);
  const spare = writeEvtx({ records, options: { emptyChunks: 2 } });
  expect(spare.equals(Buffer.concat([plain, Buffer.alloc(2 * CHUNK)]))).toBe(true);
  expect(writeEvtx({ records, options: { minorVersion: 2 } }).readUInt16LE(36)).toBe(2);
  const [chunk] = chunksOf(plain);
  const last = recordsOf(chunk!).at(-1)!;
  const small = writeEvtx({ records, options: { freeSpace: 'too-small' } });
  expect(small.readUInt32LE(4096 + 48)).toBe(last.offset);
  expect(writeEvtx({ records, options: { freeSpace: 'beyond' } }).readUInt32LE(4096 + 48)).toBeGreaterThan(CHUNK);
});

test('slack stands behind the live records and changes nothing before them', () => {
  const records = many(3);
  const plain = writeEvtx({ records });
  const file = writeEvtx({ records, options: { slack: [record(7)] } });
  const end = 4096 + plain.readUInt32LE(4096 + 48);
  expect(file.subarray(0, end).equals(plain.subarray(0, end))).toBe(true);
  expect(file.toString('hex', end, end + 4)).toBe('2a2a0000');
  expect(file.readBigUInt64LE(end + 8)).toBe(7n);
});

test('a record larger than a chunk is refused', () => {
  const eventData = [['x', 'string', 'y'.repeat(32_760)]] as const;
  expect(() => writeEvtx({ records: [record(1, { eventData })] })).toThrow('record 1 is larger than a chunk');
});

test('a log without records is a file with an empty chunk', () => {
  const [chunk] = chunksOf(writeEvtx({ records: [] }));
  expect(recordsOf(chunk!)).toEqual([]);
});
