import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonTape } from '../../base/json/json-tape.ts';
import { arbitraryJsonObject } from '../../../test/tools/arbitrary-json-text.ts';
import { jsonDialects } from '../registry.ts';
import { ColumnPlans } from './column-plan.ts';
import type { ColumnSpans } from './column-spans.ts';
import { buildPathTrie, type PathNode } from './path-trie.ts';
import { JsonScanner } from './scanner.ts';

const COLUMNS = [['a'], ['b', 'a.b', 'c.d'], ['a.c', 'c.e'], ['c'], ['d.e.f'], ['d.e', 'other']];

/** All that can be asked of the spans. */
function found(spans: ColumnSpans, columns: number) {
  const { starts, ends, kinds, extras, position } = spans;
  const values = Array.from({ length: columns }, (_, i) => (spans.has(i) ? [starts[i], ends[i], kinds[i]] : []));
  return { values, extras: [...extras], position, bytes: spans.buffer };
}

/** Reads one object both ways. @returns whether the second way knew the answer */
function compare(root: PathNode, columns: number, tape: JsonTape, plans: ColumnPlans) {
  const scanner = new JsonScanner(root, columns);
  // What another object had must not be seen.
  const taken = new JsonScanner(root, columns);
  return (text: string): boolean => {
    const bytes = Buffer.from(`12${text}}"3`);
    const isPlain = tape.read(bytes, 2, bytes.length);
    const plan = isPlain ? plans.of(tape.shape) : undefined;
    if (!plan) return false;
    expect(scanner.scan(bytes, 2, bytes.length)).toBe(true);
    taken.take(plan, tape);
    expect(found(taken, columns)).toEqual(found(scanner, columns));
    return true;
  };
}

const tries = [COLUMNS, ...jsonDialects.map(({ paths }) => paths)].map(
  (paths) => [buildPathTrie(paths), paths.length] as const,
);

describe('columns are found on a tape as a scan finds them', () => {
  test.each([
    '{}',
    '{"a":1,"b":"x","c":[],"d":null}',
    '{ "a" : {"b":[1,{"b":2},[{"b":null}]],"c":"\\n"} , "c":[{"d":[]},{"d":"y","e":{}}],"d":{"e":{"f":{"g":1}}}\t}',
    '{"other":[{"a":1},[[2]]],"b":1,"a":{"b":{"b":2}}}',
    `{"a":${'['.repeat(50)}{"b":1}${']'.repeat(50)}}`,
  ])('%s', (text) => {
    const [root, columns] = tries[0]!;
    expect(compare(root, columns, new JsonTape(), new ColumnPlans(root))(text)).toBe(true);
  });

  test.each(tries.map(([root, columns], i) => [i, root, columns] as const))(
    'whatever stands in an object, of trie %i',
    (_, root, columns) => {
      let known = 0;
      const isSame = compare(root, columns, new JsonTape(), new ColumnPlans(root));
      fc.assert(
        fc.property(arbitraryJsonObject(root), (text) => {
          if (isSame(text)) known++;
        }),
        { numRuns: 3000 },
      );
      expect(known).toBeGreaterThan(1000);
    },
  );
});

test('an object that has a name twice is left to the scan', () => {
  const tape = new JsonTape();
  const bytes = Buffer.from('{"a":1,"b":2,"a":3}');
  expect(tape.read(bytes, 0, bytes.length)).toBe(true);
  expect(new ColumnPlans(tries[0]![0]).of(tape.shape)).toBeUndefined();
});
