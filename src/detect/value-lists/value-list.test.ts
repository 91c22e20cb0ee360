import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob, foldAscii, parseGlob } from '../../base/glob.ts';
import { GlobIndex } from './glob-index.ts';
import { parseValueList } from './load-value-list.ts';

const HAS: readonly [list: string, value: string | number | boolean, expected: boolean][] = [
  ['# kind: keyword\nPSEXESVC', 'PSEXESVC', true],
  ['# kind: keyword\nPSEXESVC', 'psexesvc', false],
  ['# kind: keyword\na*', 'ab', false],
  ['# kind: keyword\n10.0.0.0/8', '10.1.1.1', false],
  ['# kind: text\nPsExeSvc', 'PSEXESVC', true],
  ['# kind: text\nKelvin', '\u212Aelvin', false],
  ['# kind: ip\n10.0.0.1\n::1', '0:0:0:0:0:0:0:1', true],
  ['# kind: ip\n10.0.0.1', '::ffff:10.0.0.1', true],
  ['# kind: ip\n10.0.0.1', '10.0.0.2', false],
  ['# kind: ip\n10.0.0.1', '-', false],
  ['# kind: ip_range\n10.0.0.0/8', '10.255.255.255', true],
  ['# kind: ip_range\n10.0.0.0/8', '11.0.0.0', false],
  ['# kind: ip_range\n10.0.0.5-10.0.0.9', '10.0.0.9', true],
  ['# kind: ip_range\n10.0.0.5 - 10.0.0.9', '10.0.0.10', false],
  ['# kind: ip_range\nfe80::/10', 'FE80::1%eth0', true],
  ['# kind: glob\n*\\ADMIN$', '\\\\srv\\ADMIN$', true],
  ['# kind: glob\n*\\ADMIN$', '\\\\srv\\admin$', false],
  ['# kind: glob\n# case: ignore\n*\\ADMIN$', '\\\\srv\\admin$', true],
  ['# kind: glob\nsvc_?', 'svc_a', false],
  ['10.0.0.0/8', '10.0.0.1', true],
  ['web-01', 'web-01', true],
  ['web-*', 'web-01', true],
  ['"web-*"', 'web-01', false],
  ['"web-*"', 'web-*', true],
  ['"10.0.0.0/8"', '10.0.0.1', false],
  ['# office\nC#-build # the build server', 'C#-build', true],
  ['" leading" # kept', ' leading', true],
  ['445', 445, true],
  ['true', true, true],
  ['*', 'anything', true],
  ['', '', false],
];

test.each(HAS)('%j has %j: %s', (text, value, expected) => {
  expect(parseValueList('x.txt', text).list.has(value)).toBe(expected);
});

describe('index of patterns', () => {
  const piece = fc.stringMatching(/^[abAB*]{0,4}$/);
  const longPiece = fc.constantFrom('alpha', 'beta', 'gammagammagamma', 'ab', '*', 'alphabeta');
  const pattern = fc
    .array(fc.oneof(piece, longPiece), { minLength: 1, maxLength: 4 })
    .map((pieces) => pieces.join(''))
    .filter((text) => text !== '');
  const value = fc
    .array(fc.oneof(fc.stringMatching(/^[abAB]{0,4}$/), longPiece), { maxLength: 5 })
    .map((x) => x.join(''));

  test('answers like the patterns one by one', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 30 }), fc.array(value, { minLength: 1 }), (patterns, values) => {
        const parts = patterns.map((text) => parseGlob(text));
        const index = new GlobIndex(parts);
        const tests = parts.map((one) => compileGlob(one));
        for (const text of values) {
          const found = index.find(text);
          expect(found >= 0).toBe(tests.some((fits) => fits(text)));
          if (found >= 0) expect(tests[found]!(text)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a list that ignores case answers like folded patterns', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 10 }), value, (patterns, text) => {
        const { list } = parseValueList('x', ['# kind: glob', '# case: ignore', ...patterns].join('\n'));
        const expected = patterns.some((one) => compileGlob(parseGlob(foldAscii(one)))(foldAscii(text)));
        expect(list.has(text)).toBe(expected);
      }),
    );
  });

  test('files patterns that share their short runs under longer ones', () => {
    const patterns = Array.from(
      { length: 2_000 },
      (_, i) => `*\\share\\${String(i % 10).repeat(9)}${'ab'.repeat(4)}${i}x*`,
    );
    const index = new GlobIndex(patterns.map((text) => parseGlob(text)));
    expect(index.slow).toEqual([]);
    expect(index.crowd).toBeLessThanOrEqual(16);
    expect(index.find(`\\\\srv\\share\\777777777abababab1987x.exe`)).toBe(1987);
  });
});
