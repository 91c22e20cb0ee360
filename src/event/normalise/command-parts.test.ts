import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsWithBackslash } from './command-parts.ts';

/** Quoted parts, and parts between blanks and the signs that end a path in a shell. */
const PARTS = /"([^"]+)"|'([^']+)'|[^\s"'<>|&;,=()]+/g;

const stated = (command: string): string[] =>
  [...command.matchAll(PARTS)]
    .map(([part, double, single]) => double ?? single ?? part)
    .filter((text) => text.includes('\\'));

test.each<[string, string[]]>([
  ['C:\\a.exe -x "C:\\b c\\d.exe" e', ['C:\\a.exe', 'C:\\b c\\d.exe']],
  ['-p=C:\\x,D:\\y>E:\\z', ['C:\\x', 'D:\\y', 'E:\\z']],
  ['"C:\\a', ['C:\\a']],
  ['""C:\\a""', ['C:\\a']],
  ["it's C:\\a", ['C:\\a']],
  ['C:\\a\u3000C:\\b', ['C:\\a', 'C:\\b']],
  ['whoami /all', []],
])('%s', (command, parts) => expect(partsWithBackslash(command)).toEqual(parts));

test('the same as the regular expression, whatever stands in the command', () => {
  const sign = fc.constantFrom(
    '"',
    "'",
    '\\',
    ' ',
    'a',
    'é',
    '>',
    '=',
    '\t',
    '\u00a0',
    '\u0085',
    '\u3000',
    '\ufeff',
    ';',
  );
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 24 }), (signs) => {
      expect(partsWithBackslash(signs.join(''))).toEqual(stated(signs.join('')));
    }),
    { numRuns: 2000 },
  );
});
