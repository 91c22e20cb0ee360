import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseGlob } from '../../src/base/glob.ts';
import { fields } from '../../src/event/field.ts';
import { compileMatcher } from '../../src/query/compile/matcher.ts';
import { compileDsl } from '../../src/query/compile/dsl/compile-dsl.ts';
import { type DslOptions, dslOptions } from '../../src/query/compile/dsl/dsl-options.ts';
import { CatalogueColumns } from '../../src/query/compile/sql/catalogue-columns.ts';
import { compileSql } from '../../src/query/compile/sql/compile-sql.ts';
import type { Predicate } from '../../src/query/predicate.ts';
import {
  FIELDS,
  INSIDE,
  KEYWORDS,
  leafNodes,
  NESTED,
  plainEvent,
  predicate,
  show,
  view,
} from '../tools/arbitrary-predicates.ts';
import { DuckDbEvents } from '../tools/duckdb-events.ts';
import { finds, indexed } from '../tools/query-dsl.ts';
import { holds } from '../tools/plain-meaning.ts';

const COLUMNS = new CatalogueColumns(
  FIELDS.filter(({ catalogued }) => catalogued),
  'lists',
);
let table: DuckDbEvents;
beforeAll(async () => {
  table = await DuckDbEvents.open(COLUMNS);
});
afterAll(() => table.close());

const events = fc.array(plainEvent, { minLength: 10, maxLength: 20 });

test('what SQL finds and the matcher finishes is what a predicate means', async () => {
  const seen = { true: 0, false: 0, decided: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(predicate, ...leafNodes), { minLength: 30, maxLength: 30 }),
      events,
      async (nodes, plain) => {
        await table.fill(plain.length, view, (i) => show(plain[i]!));
        const compiled = nodes.map((node) => compileSql(node, COLUMNS));
        const found = await table.numbers(compiled);
        nodes.forEach((node, n) => {
          const { residual, sql, parameters } = compiled[n]!;
          if (!residual) seen.decided++;
          const finish = residual ? compileMatcher(residual) : () => true;
          plain.forEach((event, i) => {
            const expected = holds(node, show(event));
            seen[`${expected}`]++;
            const answer = found[n]!.has(i) && finish(view);
            if (answer !== expected) expect.fail(`${expected}: ${sql} with ${JSON.stringify(parameters)}`);
          });
        });
      },
    ),
    { numRuns: 50 },
  );
  expect(seen.true).toBeGreaterThan(1_000);
  expect(seen.false).toBeGreaterThan(1_000);
  expect(seen.decided).toBeGreaterThan(500);
});

const IGNORE_ABOVE = 1_999;
const ENGINES: readonly (readonly [string, DslOptions])[] = [
  ['an index that holds every value', { ...dslOptions('elasticsearch'), ignoreAbove: () => undefined }],
  [
    'an index of OpenSearch',
    { ...dslOptions('opensearch'), ignoreAbove: ({ type }) => (type === 'keyword' ? IGNORE_ABOVE : undefined) },
  ],
  [
    'an old engine with low limits',
    {
      ...dslOptions('opensearch'),
      ignoreAbove: () => undefined,
      hasCaseInsensitive: false,
      maxClauses: 5,
      maxTerms: 3,
    },
  ],
];

test.each(ENGINES)('what %s finds and the matcher finishes is what a predicate means', (_, options) => {
  const seen = { true: 0, false: 0, decided: 0 };
  const limit = options.ignoreAbove(fields.get('user.name')) ?? Number.POSITIVE_INFINITY;
  fc.assert(
    fc.property(
      fc.array(fc.oneof(predicate, ...leafNodes), { minLength: 10, maxLength: 10 }),
      events,
      (nodes, plain) => {
        const documents = plain.map((event) => indexed(show(event), limit));
        for (const node of nodes) {
          const { query, residual } = compileDsl(node, options);
          if (!residual) seen.decided++;
          const finish = residual ? compileMatcher(residual) : () => true;
          plain.forEach((event, i) => {
            const expected = holds(node, show(event));
            seen[`${expected}`]++;
            const answer = finds(query, documents[i]!) && finish(view);
            if (answer !== expected) expect.fail(`${expected}: ${JSON.stringify(query)}`);
          });
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(seen.true).toBeGreaterThan(1_000);
  expect(seen.false).toBeGreaterThan(1_000);
  expect(seen.decided).toBeGreaterThan(200);
});

test('an index of whole milliseconds loses no moment between two', () => {
  const field = fields.get('file.created');
  const moments = [-1.5, -1, -0.5, 0, 0.5, 1];
  const [, options] = ENGINES[0]!;
  for (const bound of moments) {
    const leaves: Predicate[] = [
      ...(['<', '<=', '>', '>='] as const).map((op): Predicate => ({ kind: 'range', field, op, value: bound })),
      { kind: 'equals', field, value: bound, fold: false },
      { kind: 'between', field, low: bound, high: bound + 1 },
    ];
    for (const leaf of [...leaves, ...leaves.map((part): Predicate => ({ kind: 'not', part }))]) {
      const { query, residual } = compileDsl(leaf, options);
      for (const moment of moments) {
        const event = { values: { 'file.created': [moment] }, elements: [] };
        const expected = holds(leaf, show(event));
        const answer = finds(query, indexed(event, 1)) && (!residual || compileMatcher(residual)(view));
        expect([leaf, moment, answer]).toEqual([leaf, moment, expected]);
      }
    }
  }
});

test('conditions of ten thousand parts run', async () => {
  const names = KEYWORDS.map((name) => fields.get(name));
  const leaf = (i: number): Predicate => ({
    kind: 'contains',
    field: names[i % 3]!,
    text: `part${i}`,
    fold: i % 2 === 0,
  });
  const values = Array.from({ length: 10_000 }, (_, i) => `v${i}`);
  const large: Predicate[] = [
    { kind: 'or', parts: values.map((_, i) => leaf(i)) },
    { kind: 'and', parts: values.map((_, i): Predicate => ({ kind: 'not', part: leaf(i) })) },
    { kind: 'oneOf', field: names[0]!, values, fold: true },
    { kind: 'nested', path: NESTED, part: { kind: 'oneOf', field: fields.get(INSIDE[0]), values, fold: false } },
    { kind: 'glob', field: names[0]!, parts: parseGlob('a*b?'.repeat(1_200), true), fold: true },
    { kind: 'regex', field: names[0]!, pattern: '(?:[^a]{20}){20}', mode: 'search', flags: {} },
  ];
  await table.fill(1, view, () => view.point({ 'user.name': 'V9999', 'file.name': 'part5003' }));
  const found = await table.numbers(large.map((node) => compileSql(node, COLUMNS)));
  // Of ten thousand leaves not all are asked, so that the first two are true for more than they mean.
  expect(found.map((numbers) => numbers.size)).toEqual([1, 1, 1, 0, 0, 0]);
});
