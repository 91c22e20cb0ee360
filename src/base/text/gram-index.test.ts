import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GramIndex } from './gram-index.ts';

const named = (literals: readonly string[], text: string): number[] => {
  const index = new GramIndex(literals.map((literal, id) => ({ id, literals: [literal], test: () => true })));
  const ids: number[] = [];
  index.each(text, (id) => ids.push(id));
  return ids;
};

const fold = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Few letters, so that runs come back; signs that share a slot with letters; letters outside of ASCII. */
const letters = fc.constantFrom('a', 'b', 'c', '\\', '|', '@', '`', '{', '[', ' ', 'ä', 'İ', 'ß', '\ud83d\ude00');
const literal = fc.array(letters, { minLength: 3, maxLength: 16 }).map((units) => units.join(''));
const written = fc
  .array(fc.oneof(letters, fc.constantFrom('A', 'B', 'C')), { maxLength: 60 })
  .map((units) => units.join(''));

/** With more runs than few, the text is walked in the other way; so many literals are in no text of these letters. */
const CROWD = Array.from({ length: 300 }, (_, number) => `xyz-${number}-zyx-${number}`);

test.each([
  ['few', []],
  ['many', CROWD],
])('names each pattern that a text contains, once, whatever its letter case: %s patterns', (_, crowd) => {
  fc.assert(
    fc.property(fc.array(literal, { minLength: 1, maxLength: 12 }), written, (literals, before) => {
      const text = `${before}${literals[0]}`;
      const ids = named([...literals, ...crowd], text);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [id, own] of literals.entries()) if (fold(text).includes(own)) expect(ids).toContain(id);
      for (const id of ids) expect(sharesRun([...literals, ...crowd][id]!, fold(text))).toBe(true);
    }),
  );
});

function sharesRun(pattern: string, text: string): boolean {
  return Array.from({ length: pattern.length - 2 }).some((_, start) => text.includes(pattern.slice(start, start + 3)));
}

test.each([
  ['powershell -enc', 'C:\\Windows\\POWERSHELL -Enc JAB', [0]],
  ['admin$\\', 'x \\\\h\\ADMIN$\\y', [0]],
  ['abc', 'ab', []],
  ['abc', 'abc', [0]],
  ['abc', '', []],
  ['\\\\a', '||a', []],
])('%s in %s: %j', (pattern, text, ids) => {
  expect(named([pattern], text)).toEqual(ids);
});
