import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LIST_WARNINGS } from './lint-value-list.ts';
import { formatListEntry } from './list-text.ts';
import { loadValueList, MAX_LIST_ERRORS, parseValueList } from './load-value-list.ts';

/** `code line:column message` of every error. */
function errorsOf(text: string): string[] {
  return parseValueList('l.txt', text).errors.map(
    (error) => `${error.code} ${error.place?.line}:${error.place?.column} ${error.message}`,
  );
}

/** `code line` of every warning. */
function warningsOf(text: string): string[] {
  return parseValueList('l.txt', text).warnings.map((warning) => `${warning.code} ${warning.place?.line ?? ''}`.trim());
}

test('a bad entry is an error with its place and the rest is loaded', () => {
  const text = '# kind: ip_range\r\n10.0.0.0/8\r\n  10.0.0.0/33 # too long\r\n10.0.0.9-10.0.0.1\r\nfe80::/10\r\n';
  const { list, errors } = parseValueList('l.txt', text);
  expect(list.size).toBe(2);
  expect(list.has('fe80::1')).toBe(true);
  expect(errors.map((error) => `${error.place?.line}:${error.place?.column}+${error.place?.length}`)).toEqual([
    '3:3+11',
    '4:1+17',
  ]);
});

test.each([
  ['# kind: ip\n10.0.0.0/8', ['LIST-VALUE 2:1 "10.0.0.0/8" is no address']],
  ['# kind: ip_rnage\nx', ['LIST-VALUE 1:9 There is no list kind "ip_rnage". Did you mean "ip_range"?']],
  ['# case: none\nx', ['LIST-VALUE 1:9 "none" is no case rule']],
  ['10.0.0.0/40', ['LIST-VALUE 1:1 "10.0.0.0/40" is no network or range']],
  ['10.0.0.9-10.0.0.1', ['LIST-VALUE 1:1 "10.0.0.9-10.0.0.1" is no network or range']],
  ['ok\nb\uFFFDd', ['LIST-VALUE 2:1 this line is not UTF-8']],
  ['x\n# kind: nonsense', []],
])('errors of %j', (text, expected) => {
  expect(errorsOf(text)).toEqual(expected);
});

test.each([
  ['a\nb\na', ['LIST-DUPLICATE 3']],
  ['# kind: text\nA\na', ['LIST-DUPLICATE 3']],
  ['# kind: keyword\nA\na', []],
  ['10.0.0.0/8\n10.1.0.0/16', ['LIST-SHADOWED 2']],
  ['10.1.0.0/16\n10.0.0.0/8', ['LIST-SHADOWED 1']],
  ['10.0.0.1\n10.0.0.1/32', ['LIST-DUPLICATE 2']],
  ['10.1.2.3/8', ['LIST-HOST-BITS 1']],
  ['0.0.0.0/0', ['LIST-EVERYTHING 1']],
  ['*', ['LIST-EVERYTHING 1']],
  ['abc*\nabcd*', ['LIST-SHADOWED 2']],
  ['*lsass*\n*lsass*.dmp', ['LIST-SHADOWED 2']],
  ['*lsass*.dmp\n*lsass*.dmp', ['LIST-DUPLICATE 2']],
  ['web*\nweb01', ['LIST-SHADOWED 2']],
  ['*ab*', ['LIST-SLOW 1']],
  ['*abc*', []],
  ['10.0.300.1', ['LIST-ADDRESS 1']],
  ['"10.0.300.1"', []],
])('warnings of %j', (text, expected) => {
  expect(warningsOf(text)).toEqual(expected);
});

test('the file stands above the configuration, and says so when they differ', () => {
  const { list, warnings } = parseValueList('l.txt', '# kind: glob\na*', { kind: 'keyword' });
  expect([list.kind, list.has('ab'), warnings.map((warning) => warning.code)]).toEqual(['glob', true, ['LIST-KIND']]);
  expect(parseValueList('l.txt', 'a*', { kind: 'keyword' }).list.has('ab')).toBe(false);
});

test('errors and warnings are bounded and counted', () => {
  const bad = Array.from({ length: 1_000 }, (_, i) => `x${i}`).join('\n');
  const { errors } = parseValueList('l.txt', `# kind: ip\n${bad}`);
  expect(errors).toHaveLength(MAX_LIST_ERRORS + 1);
  expect(errors.at(-1)?.message).toContain(String(1_000 - MAX_LIST_ERRORS));
  const { warnings } = parseValueList('l.txt', 'same\n'.repeat(500));
  expect(warnings).toHaveLength(MAX_LIST_WARNINGS + 1);
  expect(warnings.at(-1)?.message).toContain(String(499 - MAX_LIST_WARNINGS));
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lists-'));
  test.each([
    ['utf8 with mark', Buffer.from('\uFEFF# kind: ip\n10.0.0.1\n')],
    ['utf16 little', Buffer.from('\uFEFF# kind: ip\r\n10.0.0.1\r\n', 'utf16le')],
    ['utf16 big', Buffer.from('\uFEFF# kind: ip\r\n10.0.0.1\r\n', 'utf16le').swap16()],
  ])('%s', (name, bytes) => {
    const path = join(folder, `${name}.txt`);
    writeFileSync(path, bytes);
    const { list, errors } = loadValueList(path);
    expect([list.name, list.kind, list.has('10.0.0.1'), errors.length]).toEqual([name, 'ip', true, 0]);
  });

  test('a missing file is an error and an empty list', () => {
    const { list, errors } = loadValueList(join(folder, 'none.txt'));
    expect([list.size, errors.map((error) => error.code)]).toEqual([0, ['LIST-READ']]);
  });
});

test('every value can be written and is read back as itself', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('keyword', 'mixed', 'glob'),
      (value, kind) => {
        fc.pre(!value.includes('\uFFFD'));
        const { list, errors } = parseValueList('l', `# kind: ${kind}\n${formatListEntry(value, kind === 'mixed')}\n`);
        if (errors.length > 0) expect(kind).toBe('mixed');
        else expect([list.size, list.has(value)]).toEqual([1, true]);
      },
    ),
    {
      numRuns: 300,
      examples: [
        ['#x', 'keyword'],
        ['"', 'keyword'],
        ['a #b', 'keyword'],
        ['"a"', 'mixed'],
        ['\r', 'glob'],
      ],
    },
  );
});
