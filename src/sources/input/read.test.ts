import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FaultLog } from '../../base/fault.ts';
import { Networks } from '../../event/networks.ts';
import { jsonSource } from '../json/reader.ts';
import { ecsDialect } from '../ecs/dialect.ts';
import { DEFAULT_SOURCE_SETTINGS, type Source } from '../source.ts';
import { discoverInputs } from './discover.ts';
import { readInput } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-input-'));
const at = (name: string) => join(folder, name);
const line = (n: number) => `{"@timestamp":"2026-03-01T00:00:0${n}Z","event":{"kind":"event"},"message":"m${n}"}\n`;
const TWO = Buffer.from(line(1) + line(2));

/** A stored (not deflated) zip archive, written by hand so that the test needs no tool. */
function zipOf(members: readonly (readonly [string, Buffer])[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of members) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt32LE(crc32(data), 14);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(data.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    head.copy(entry, 16, 14, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(head, Buffer.from(name), data);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

beforeAll(() => {
  mkdirSync(at('sub/deep'), { recursive: true });
  writeFileSync(at('a.jsonl'), TWO);
  writeFileSync(at('sub/b.gz'), gzipSync(TWO));
  writeFileSync(at('sub/two-members.gz'), Buffer.concat([gzipSync(line(1)), gzipSync(line(2))]));
  writeFileSync(
    at('sub/deep/c.zip'),
    zipOf([
      ['x.json', TWO],
      ['in/y.gz', gzipSync(TWO)],
      ['../evil.json', TWO],
    ]),
  );
  writeFileSync(at('zip-in.gz'), gzipSync(zipOf([['x.json', TWO]])));
  writeFileSync(at('utf16.json'), Buffer.from(`\ufeff${line(1)}`, 'utf16le'));
  writeFileSync(at('empty'), '');
  writeFileSync(at('four'), 'abcd');
  writeFileSync(at('binary'), Buffer.from([0, 1, 2, 250, 251, 252]));
  writeFileSync(at('cut.gz'), gzipSync(Buffer.from(line(3).repeat(5000))).subarray(0, 300));
  writeFileSync(at('cut.zip'), zipOf([['x.json', TWO]]).subarray(0, 60));
  symlinkSync(at('a.jsonl'), at('link'));
  symlinkSync(folder, at('sub/loop'));
  symlinkSync(at('gone'), at('dangling'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(...paths: string[]) {
  const faults = new FaultLog();
  let events = 0;
  const results = [];
  for (const input of discoverInputs(paths)) {
    results.push(
      ...(await readInput(input, {
        sources: [jsonSource([ecsDialect])],
        networks: new Networks(),
        settings: DEFAULT_SOURCE_SETTINGS,
        faults,
        sink: () => events++,
        skipped: () => {},
        progress: () => {},
        isStopped: () => false,
      })),
    );
  }
  return { results, events, faults: faults.list() };
}

describe('discovery', () => {
  test('a folder is walked in name order, each file once, links and loops included', () => {
    const names = discoverInputs([folder, at('a.jsonl'), at('sub')]).map((input) => relative(folder, input.name));
    expect(names).toEqual([
      'a.jsonl',
      'binary',
      'cut.gz',
      'cut.zip',
      'dangling',
      'empty',
      'four',
      'sub/b.gz',
      'sub/deep/c.zip',
      'sub/two-members.gz',
      'utf16.json',
      'zip-in.gz',
    ]);
  });

  test.each([
    ['*.jsonl', ['a.jsonl']],
    ['sub/*.gz', ['sub/b.gz', 'sub/two-members.gz']],
    ['**/c.zip', ['sub/deep/c.zip']],
    ['s?b/deep', ['sub/deep/c.zip']],
  ])('pattern %s', (pattern, expected) => {
    expect(discoverInputs([at(pattern)]).map((input) => relative(folder, input.name))).toEqual(expected);
  });

  test('a name that is nothing is an error with the nearest name', () => {
    expect(() => discoverInputs([at('a.json')])).toThrow(/no file or folder .*a\.json\. Did you mean "a.jsonl"/);
    expect(() => discoverInputs([at('*.pcap')])).toThrow(/Nothing matches the pattern/);
  });
});

describe('reading', () => {
  test.each([
    ['a.jsonl', 2],
    ['sub/b.gz', 2],
    ['sub/two-members.gz', 2],
    ['sub/deep/c.zip', 6],
    ['zip-in.gz', 2],
    ['utf16.json', 1],
  ])('%s', async (name, expected) => {
    const { events, results } = await read(at(name));
    expect(events).toBe(expected);
    expect(results.map((result) => result.problem)).toEqual(results.map(() => undefined));
  });

  test('members of an archive are named below it', async () => {
    const { results } = await read(at('sub/deep/c.zip'));
    expect(results.map((result) => relative(folder, result.file))).toContain('sub/deep/c.zip/in/y.gz');
  });

  test.each([
    ['empty', 'the file is empty'],
    ['four', 'no known format (text that begins "abcd")'],
    ['binary', 'no known format (binary that begins'],
    ['dangling', 'a link that leads nowhere'],
    ['cut.gz', 'the gzip data is damaged: unexpected end of file'],
    ['cut.zip', 'the zip archive cannot be read'],
  ])('%s is a sentence', async (name, problem) => {
    const input = discoverInputs([folder]).find((one) => one.name === at(name));
    const { results } = await read(input ? folder : at(name));
    expect(results.find((result) => result.file === at(name))?.problem).toContain(problem);
  });

  test.skipIf(process.getuid?.() === 0)('a file without permission is a sentence', async () => {
    writeFileSync(at('secret'), TWO);
    chmodSync(at('secret'), 0);
    expect((await read(at('secret'))).results[0]?.problem).toContain('EACCES');
    rmSync(at('secret'));
  });

  test.skipIf(!existsSync('/usr/bin/zstd'))('zstd, whole and cut', async () => {
    const packed = spawnSync('zstd', ['-q', '-c'], { input: Buffer.concat(Array(200).fill(TWO)) }).stdout;
    writeFileSync(at('d.zst'), Buffer.concat([packed, packed]));
    writeFileSync(at('e.zst'), packed.subarray(0, packed.length - 5));
    expect((await read(at('d.zst'))).events).toBe(800);
    const cut = await read(at('e.zst'));
    expect(cut.results[0]?.problem).toContain('zstd data is damaged');
    rmSync(at('d.zst'));
    rmSync(at('e.zst'));
  });
});

test('two links in each of thirty folders are walked in a moment', () => {
  const links = mkdtempSync(join(tmpdir(), 'smbastion-links-'));
  for (let i = 0; i < 30; i++) {
    mkdirSync(join(links, `d${i}`));
    if (i === 0) continue;
    for (const name of ['a', 'b']) symlinkSync(join(links, `d${i}`), join(links, `d${i - 1}`, name));
  }
  writeFileSync(join(links, 'd29', 'x.jsonl'), TWO);
  const names = discoverInputs([join(links, 'd0'), join(links, 'd*')]).map(({ name }) => relative(links, name));
  expect(names).toEqual([join('d0', ...Array.from({ length: 29 }, () => 'a'), 'x.jsonl')]);
  rmSync(links, { recursive: true });
});

test('a record that cannot be judged costs itself, with its place', async () => {
  const faults = new FaultLog();
  const seen: unknown[] = [];
  const [result] = await readInput(
    { name: at('a.jsonl'), sizeBytes: 0, problem: undefined },
    {
      sources: [jsonSource([ecsDialect])],
      networks: new Networks(),
      settings: DEFAULT_SOURCE_SETTINGS,
      faults,
      sink: (event) => {
        if (event.document()['message'] === 'm1') throw new RangeError('too odd');
        seen.push(event.document()['message']);
      },
      skipped: () => {},
      progress: () => {},
      isStopped: () => false,
    },
  );
  expect(result!.problem).toBeUndefined();
  expect(seen).toEqual(['m2']);
  expect(faults.list()[0]!.samples[0]).toMatchObject({ code: 'record.failed', line: 1 });
  expect(faults.list()[0]!.samples[0]!.message).toContain('too odd');
});

test('a record that our own stop cuts in two is no damage', async () => {
  const name = at('long.jsonl');
  const { length } = line(1);
  writeFileSync(name, line(1).repeat(Math.ceil(6_000_000 / length)));
  const faults = new FaultLog();
  let events = 0;
  await readInput(
    { name, sizeBytes: 0, problem: undefined },
    {
      sources: [jsonSource([ecsDialect])],
      networks: new Networks(),
      settings: DEFAULT_SOURCE_SETTINGS,
      faults,
      sink: () => events++,
      skipped: () => {},
      progress: () => {},
      isStopped: () => events > 0,
    },
  );
  rmSync(name);
  expect(events).toBeGreaterThan(0);
  expect(events * length).toBeLessThan(6_000_000);
  expect(faults.count).toBe(0);
});

test('a part of a file is read by the source that cut it', async () => {
  const name = at('part.jsonl');
  writeFileSync(name, line(1) + line(2) + line(3));
  const { length } = line(1);
  const mine = jsonSource([ecsDialect]);
  const surer: Source = { ...mine, id: 'surer', detect: () => 2 };
  const seen: unknown[] = [];
  const results = await readInput(
    {
      name,
      sizeBytes: length,
      problem: undefined,
      range: { from: 2 * length, to: 3 * length, headerBytes: length, format: mine.id },
    },
    {
      sources: [surer, mine],
      networks: new Networks(),
      settings: DEFAULT_SOURCE_SETTINGS,
      faults: new FaultLog(),
      sink: (event) => seen.push(event.document()['message']),
      skipped: () => {},
      progress: () => {},
      isStopped: () => false,
    },
  );
  rmSync(name);
  expect(results).toMatchObject([{ format: mine.id, bytes: length }]);
  expect(seen).toEqual(['m1', 'm3']);
});
