/** Objects whose columns are found on a tape say the same as those that are scanned, and what is wrong with others is said in the same words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FaultLog, formatFault } from '../../base/fault.ts';
import { Networks } from '../../event/networks.ts';
import { arbitraryJsonObject } from '../../../test/tools/arbitrary-json-text.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../source.ts';
import { ColumnPlans } from './column-plan.ts';
import type { JsonDialect, JsonRecord } from './dialect.ts';
import { buildPathTrie } from './path-trie.ts';
import { JsonRecordReader, prepareDialects } from './record-reader.ts';

const PATHS = [['a'], ['b', 'a.b', 'c.d'], ['a.c', 'c.e'], ['c'], ['d.e.f'], ['d.e', 'other']];
const COLUMNS = PATHS.map((_, column) => column);

/** All that a record says. */
function saidBy(record: JsonRecord): unknown {
  return {
    columns: COLUMNS.map((column) => [
      record.has(column),
      record.text(column),
      record.raw(column),
      record.value(column),
      record.list(column),
      record.number(column),
      record.boolean(column),
      record.objects(column),
    ]),
    others: [...record.others()],
    whole: record.parse(),
    repeating: record.parseRepeating(),
  };
}

/** Knows no shape, so that every object is scanned. */
class NoPlans extends ColumnPlans {
  override of(): undefined {
    return undefined;
  }
}

/** A dialect of objects with a column, or with a text in it; what they say goes to `said`. */
function dialect(id: string, isKnown: JsonDialect['recognise'], said: unknown[]): JsonDialect {
  return {
    id,
    title: id,
    datasets: [],
    paths: PATHS,
    recognise: isKnown,
    open: () => ({
      event: (record) => {
        record.tape();
        said.push([id, saidBy(record)]);
        return undefined;
      },
    }),
  };
}

/** Reads objects one after another. @returns what they say and what is wrong with them */
function readAll(objects: readonly Buffer[], way: 'taped' | 'scanned') {
  const said: unknown[] = [];
  const faults = new FaultLog();
  const skipped: string[] = [];
  const dialects = [
    dialect('one', (record) => record.has(0) && record.has(3), said),
    dialect('two', (record) => record.text(1) === 'x', said),
    dialect('three', (record) => record.has(0) || record.has(5), said),
  ];
  const prepared = prepareDialects(dialects);
  const scanned = prepared.map((one) => ({ ...one, plans: new NoPlans(one.trie) }));
  const reader = new JsonRecordReader(way === 'taped' ? prepared : scanned, {
    file: 'f',
    faults,
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    skipped: (reason) => skipped.push(reason),
  });
  const found = objects.map((object, i) => {
    const bytes = Buffer.concat([Buffer.from('{"'), object, Buffer.from(',"b":1}')]);
    said.length = 0;
    reader.read(bytes, 2, 2 + object.length, i, 7 * i, () => {});
    return [...said];
  });
  return { found, skipped, faults: faults.list().map(({ samples, count }) => [count, samples.map(formatFault)]) };
}

const ENDS = ['', '', '', '', ' ', '\r', ',', ' ,\t', '],', ' x', '}', '{"a":1}', '\n\n', '"', '\u00a0'];

const object: fc.Arbitrary<Buffer> = fc
  .tuple(
    arbitraryJsonObject(buildPathTrie(PATHS)),
    fc.constantFrom(...ENDS),
    fc.option(
      fc.record({
        at: fc.nat(),
        bytes: fc.constantFrom('', '"', '\\', ',', '}', ']', ':', '0', '\u0001', '\xff', 'é'),
      }),
    ),
    fc.boolean(),
  )
  .map(([text, end, edit, isReplaced]) => {
    const bytes = Buffer.from(text + end);
    if (!edit) return bytes;
    const at = edit.at % bytes.length;
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(edit.bytes, 'latin1'),
      bytes.subarray(isReplaced ? at + 1 : at),
    ]);
  });

test('whatever comes, in whatever order', () => {
  fc.assert(
    fc.property(
      fc
        .array(object, { minLength: 1, maxLength: 5 })
        .chain((objects) => fc.array(fc.constantFrom(...objects), { minLength: 1, maxLength: 12 })),
      (objects) => {
        expect(readAll(objects, 'taped')).toEqual(readAll(objects, 'scanned'));
      },
    ),
    { numRuns: 1500 },
  );
});

test.each([
  ['nesting beyond what a tape takes', `{"a":1,"c":${'['.repeat(100)}${']'.repeat(100)}}`],
  ['nesting beyond what a scan takes', `{"a":1,"c":${'{"d":'.repeat(300)}1${'}'.repeat(300)}}`],
  ['more values than a tape takes', `{"a":1,"c":[${'1,'.repeat(5000)}2]}`],
  ['more arrays than a tape takes', `{"a":1,"c":[${'[],'.repeat(5000)}[]]}`],
  ['a line that ends as on Windows', '{"a":1,"c":"x"}\r'],
  ['an export written a line at a time', '{"a":1,"c":"x"},'],
  ['text behind it', '{"a":1,"c":"x"} tail'],
  ['a name twice', '{"a":1,"c":"x","a":2}'],
  ['a value that is none', '{"a":NaN,"c":tru}'],
  ['half an object', '{"a":1,"c":{"d":'],
])('%s', (_, text) => {
  const objects = ['{"a":1,"c":"x"}', '{"a":1,"c":"x"}', text, text, '{"a":1,"c":"x"}', text].map((one) =>
    Buffer.from(one),
  );
  expect(readAll(objects, 'taped')).toEqual(readAll(objects, 'scanned'));
});

test('which of several values of a column comes first is no matter of the shape', () => {
  const members = ['"b":{}', '"c":{"d":"x"}', '"y":1', '"z":1'];
  const inOrder = (...order: number[]) => Buffer.from(`{${order.map((i) => members[i]).join(',')}}`);
  const objects = [
    inOrder(0, 1, 2, 3),
    inOrder(2, 0, 1, 3),
    inOrder(2, 3, 0, 1),
    inOrder(1, 0, 2, 3),
    inOrder(2, 1, 0, 3),
  ];
  expect(readAll(objects, 'taped').found.map((said) => said.length)).toEqual([0, 0, 0, 1, 1]);
});
