/**
 * Other people's readers read what we write, and see the values that were described: the programs of libevtx and Debian's
 * python3-evtx. Where they are not installed, the tests say so and are skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { arbitraryEventData, arbitraryRecord, scalarTypes } from './arbitrary-record.ts';
import type { EvtxOptions, EvtxRecord, NamedValue, ScalarType } from './description.ts';
import { toFiletime, valueTexts } from './value.ts';
import { writeEvtx } from './write-evtx.ts';

const PYTHON = '/usr/bin/python3';
const EVTXEXPORT = 'evtxexport';
const noLibevtx = spawnSync(EVTXEXPORT, ['-V']).error ? ' (skipped: libevtx-utils is not installed)' : '';
const noPython =
  existsSync(PYTHON) && spawnSync(PYTHON, ['-c', 'import Evtx']).status === 0
    ? ''
    : ' (skipped: python3-evtx is not installed)';

const folder = mkdtempSync(join(tmpdir(), 'evtx-writer-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Prints whether each checksum is right, then the XML of each record. */
const PYTHON_DUMP = `
import sys
from Evtx.Evtx import Evtx
with Evtx(sys.argv[1]) as log:
    checks = [log.get_file_header().verify()] + [chunk.verify() for chunk in log.chunks()]
    records = [(record.verify(), record.record_num(), record.xml()) for record in log.records()]
    checks += [verified for verified, _, _ in records]
    print(all(checks), ','.join(str(number) for _, number, _ in records))
    for _, _, xml in records: print(xml)
`;

function write(name: string, records: readonly EvtxRecord[], options: EvtxOptions = {}): string {
  const path = join(folder, `${name}.evtx`);
  writeFileSync(path, writeEvtx({ records, options }));
  return path;
}

function run(program: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Records both readers can show: neither knows literal elements, and libevtx no absent value where it must stand. */
const shown = (types: readonly ScalarType[], count: number, seed: number, arrays: readonly 'string'[] = ['string']) =>
  fc.sample(
    arbitraryRecord(arbitraryEventData(types, arrays)).map(
      (record): EvtxRecord => ({
        ...record,
        recordId: Number(BigInt(record.recordId) % 1_000_000n),
        form: record.form === 'template' ? 'template' : 'nested',
        eventData: (record.eventData ?? []).map(plainValue),
      }),
    ),
    { numRuns: count, seed },
  );

/**
 * A value near the given one that both readers show as it is. Control characters each shows in its own way; libevtx shows
 * negative numbers and characters beyond U+FFFF wrongly and cuts decimals off; python3-evtx knows ASCII only in ANSI strings.
 */
function plainValue([name, type, value]: NamedValue): NamedValue {
  if (type === 'ansi')
    return [
      name,
      type,
      String(value)
        .replaceAll(/[^ -~]/g, '_')
        .trim() || '-',
    ];
  if (type === 'string')
    return [
      name,
      type,
      String(value)
        .replaceAll(/[^ -~äéÄÉ€]/gu, '_')
        .trim() || '-',
    ];
  if (type === 'string[]') return [name, type, ['Ada', 'Grace & co']];
  if (type === 'binary') return [name, type, `AB${String(value)}`];
  if (type === 'float' || type === 'double') return [name, type, (Math.trunc(Number(value)) % 1000) / 4 || 0.5];
  return [name, type, typeof value === 'bigint' && value < 0n ? -value - 1n : value];
}

/** One text for values that readers write differently: padded hex, letter case, decimals of times and numbers. */
function common(type: ScalarType, text: string): string {
  switch (type) {
    case 'guid':
    case 'boolean':
      return text.toLowerCase();
    case 'filetime': {
      const ticks = toFiletime(
        `${text
          .replace(' ', 'T')
          .replace(/Z$/, '')
          .replace(/(\.\d{7}).*/, '$1')}Z`,
      );
      return String(ticks);
    }
    case 'float':
    case 'double':
      return String(Number(text));
    case 'size32':
    case 'size64':
    case 'hex32':
    case 'hex64':
      return String(BigInt(text));
    case 'binary':
      return /^[0-9A-F]+$/.test(text) ? text : Buffer.from(text, 'base64').toString('hex').toUpperCase();
    default:
      return text;
  }
}

function expectSame(type: ScalarType, found: string, wanted: string): void {
  const [is, shouldBe] = [common(type, found), common(type, wanted)];
  // python3-evtx keeps times in a double and shows microseconds: the last digits are its own (libevtx shows all seven).
  if (type === 'filetime') expect(Math.abs(Number(BigInt(is) - BigInt(shouldBe)))).toBeLessThanOrEqual(40);
  else expect(is).toBe(shouldBe);
}

function dataOf(xml: string): { name: string | undefined; text: string }[] {
  const items = xml.matchAll(/<Data(?: Name="([^"]*)")?(?:\/>|>([^<]*)<\/Data>)/g);
  return [...items].map(([, name, text = '']) => ({ name: name && unescape(name), text: unescape(text) }));
}

function unescape(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => characters[name]!);
}

function expectShown(output: string, records: readonly EvtxRecord[]): void {
  const events = output.match(/<Event [\s\S]*?<\/Event>/g) ?? [];
  expect(events.length).toBe(records.length);
  for (const [index, record] of records.entries()) {
    const xml = events[index]!;
    const wanted = (record.eventData ?? []).flatMap(([name, type, value]) =>
      valueTexts(type, value!).map((text) => ({ name: name ?? undefined, type: type.replace('[]', ''), text })),
    );
    const found = dataOf(xml);
    expect(found.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name));
    for (const [at, { type, text }] of wanted.entries()) expectSame(type as ScalarType, found[at]!.text, text);
    expect(/<EventID[^>]*>(\d+)</.exec(xml)?.[1]).toBe(String(record.eventId));
    expect(/<EventRecordID>(\d+)</.exec(xml)?.[1]).toBe(String(record.recordId));
    expect(/<Computer>([^<]*)</.exec(xml)?.[1]).toBe(record.computer);
    expect(/<Channel>([^<]*)</.exec(xml)?.[1]).toBe(record.channel);
    expect(/<Provider Name="([^"]*)"/.exec(xml)?.[1]).toBe(record.provider.name);
    expectSame('filetime', /SystemTime="([^"]*)"/.exec(xml)![1]!, record.time);
    if (record.keywords !== undefined)
      expect(BigInt(/<Keywords>(0x[^<]*)</.exec(xml)![1]!)).toBe(BigInt(record.keywords));
    if (record.userSid !== undefined) expect(xml).toContain(`<Security UserID="${record.userSid}"`);
  }
}

const layouts: readonly (readonly [string, EvtxOptions])[] = [
  ['plain', {}],
  ['five records a chunk', { chunksOf: 5 }],
  ['terminated strings', { terminateStrings: true }],
  ['bytes in absent slots', { nullBytes: 16 }],
  ['empty chunks', { emptyChunks: 2 }],
  ['format 3.2', { minorVersion: 2 }],
];

test.skipIf(noLibevtx)(`libevtx sees every value of random records${noLibevtx}`, () => {
  for (const [index, [name, options]] of layouts.entries()) {
    const records = shown(scalarTypes, 80, index);
    expectShown(run(EVTXEXPORT, ['-f', 'xml', write(name, records, options)]), records);
  }
});

test.skipIf(noLibevtx)(`libevtx finds no damage where there is none${noLibevtx}`, () => {
  for (const form of ['template', 'nested', 'literal-nested', 'templateless'] as const) {
    const records = fc.sample(arbitraryRecord(arbitraryEventData(scalarTypes, ['string', 'u32', 'sid'])), {
      numRuns: 300,
      seed: 3,
    });
    const info = run('evtxinfo', [
      write(
        form,
        records.map((record) => ({ ...record, form })),
      ),
    ]);
    expect(info).toMatch(/Number of records\s*: 300\n/);
    expect(info).toMatch(/Number of recovered records\s*: 0\n/);
    expect(info).not.toMatch(/corrupt|dirty/i);
  }
});

test.skipIf(noLibevtx)(`libevtx sees the dirty flag and recovers the slack${noLibevtx}`, () => {
  const records = shown(['string'], 6, 9);
  const path = write('slack', records.slice(0, 3), { dirty: true, slack: records.slice(3) });
  const info = run('evtxinfo', [path]);
  expect(info).toMatch(/Number of records\s*: 3\n/);
  expect(info).toMatch(/Number of recovered records\s*: 3\n/);
  expect(info).toContain('Is dirty');
  expectShown(run(EVTXEXPORT, ['-f', 'xml', '-m', 'recovered', path]), records.slice(3));
});

test.skipIf(noPython)(`python3-evtx sees every value and every checksum${noPython}`, () => {
  // It shows SYSTEMTIME with milliseconds as microseconds, and arrays in an element of its own.
  const types = scalarTypes.filter((type) => type !== 'systemtime');
  // Nor does it take an empty chunk or the header of format 3.2 for valid.
  for (const [index, [name, options]] of layouts.slice(0, -2).entries()) {
    const records = shown(types, 30, 20 + index, []);
    const [head, ...xml] = run(PYTHON, ['-c', PYTHON_DUMP, write(`py-${name}`, records, options)]).split('\n');
    expect(head).toBe(`True ${records.map(({ recordId }) => recordId).join(',')}`);
    expectShown(xml.join('\n'), records);
  }
});
