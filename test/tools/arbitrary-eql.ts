/** Random trees of EQL as the parser makes them, for property tests. */
import * as fc from 'fast-check';
import type { EqlConstant, EqlExpression, EqlFieldName, EqlItem, EqlTree } from '../../src/query/eql/ast.ts';

/** A tree without offsets, which are equal when they mean the same. */
export function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => key !== 'start' && key !== 'end');
  return Object.fromEntries(entries.map(([key, value]) => [key, bare(value)]));
}

const SPAN = { start: 0, end: 0 };
const LETTERS = ['a', 'B', '"', '\\', '\n', '\t', '\u0000', '`', '*', '?', ' ', 'é', '😀', '/', '$', '\ud800', 'u{41}'];
const text = fc.array(fc.constantFrom(...LETTERS), { maxLength: 6 }).map((letters) => letters.join(''));
const name = fc.oneof(
  fc.constantFrom(
    'user.name',
    'process.pid',
    'by',
    'event.sequence',
    '@timestamp',
    'my-field',
    'a`b',
    'source.ip',
    '_x.1',
  ),
  text.filter((one) => one !== '' && !one.includes('\ud800')),
);
const field = fc
  .tuple(name, fc.boolean())
  .map(([of, isOptional]): EqlFieldName => ({ kind: 'field', name: of, isOptional, ...SPAN }));

const constant: fc.Arbitrary<EqlConstant> = fc.oneof(
  text.map((value): EqlConstant => ({ kind: 'text', value, ...SPAN })),
  fc.integer().map((value): EqlConstant => ({ kind: 'number', value, isInteger: true, ...SPAN })),
  fc
    .constantFrom(2 ** 53, 2 ** 63, -(2 ** 63))
    .map((value): EqlConstant => ({ kind: 'number', value, isInteger: true, ...SPAN })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Object.is(value, -0))
    .map((value): EqlConstant => ({ kind: 'number', value, isInteger: false, ...SPAN })),
  fc.boolean().map((value): EqlConstant => ({ kind: 'boolean', value, ...SPAN })),
  fc.constant<EqlConstant>({ kind: 'null', ...SPAN }),
);
const pattern = text.map((value) => ({ kind: 'text' as const, value, ...SPAN }));
const several = <T>(one: fc.Arbitrary<T>, minLength: number) => fc.array(one, { minLength, maxLength: 3 });
const functionName = fc.constantFrom('startsWith', 'endsWith', 'stringContains', 'indexOf', 'between');

/** Conditions and values of any kind, whether they fit or not: types are no matter of the grammar. */
export const { eqlExpression } = fc.letrec<{ eqlExpression: EqlExpression }>((tie) => {
  const node = tie('eqlExpression');
  const compare = fc.constantFrom(
    '==' as const,
    '!=' as const,
    '<' as const,
    '<=' as const,
    '>' as const,
    '>=' as const,
  );
  const arithmetic = fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const, '%' as const);
  const operator = fc.constantFrom(
    ':' as const,
    'like' as const,
    'like~' as const,
    'regex' as const,
    'regex~' as const,
  );
  return {
    eqlExpression: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(field, constant),
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), several(node, 2))
        .map(([kind, parts]) => ({ kind, parts, ...SPAN })),
      node.map((part) => ({ kind: 'not' as const, part, ...SPAN })),
      fc
        .tuple(compare, node, node)
        .map(([op, left, right]) => ({ kind: 'compare' as const, op, left, right, ...SPAN })),
      fc.tuple(operator, node, several(pattern, 1), fc.boolean()).map(([op, left, patterns, isList]) => ({
        kind: 'match' as const,
        op,
        left,
        patterns,
        isList: isList || patterns.length > 1,
        ...SPAN,
      })),
      fc
        .tuple(node, several(constant, 1), fc.boolean(), fc.boolean())
        .map(([left, values, fold, isNegated]) => ({ kind: 'in' as const, left, values, fold, isNegated, ...SPAN })),
      fc
        .tuple(arithmetic, node, node)
        .map(([op, left, right]) => ({ kind: 'arithmetic' as const, op, left, right, ...SPAN })),
      fc
        .tuple(fc.constantFrom('-' as const, '+' as const), node)
        // The sign of a number belongs to the number.
        .filter(([, part]) => part.kind !== 'number')
        .map(([op, part]) => ({ kind: 'sign' as const, op, part, ...SPAN })),
      fc
        .tuple(functionName, fc.boolean(), fc.array(node, { maxLength: 3 }))
        .map(([of, fold, args]) => ({ kind: 'call' as const, name: of, fold, args, ...SPAN })),
    ),
  };
});

const event = fc
  .tuple(fc.oneof(fc.constantFrom(null, 'process', 'any', 'sequence', ''), text), eqlExpression)
  .map(([category, condition]) => ({ category, condition, ...SPAN }));
const keys = (count: number) => fc.array(field, { minLength: count, maxLength: count });
const item = (keyCount: number, runs: fc.Arbitrary<number>) =>
  fc
    .tuple(event, keys(keyCount), runs)
    .map(([of, by, count]): EqlItem => ({ event: of, by, isMissing: false, runs: count, ...SPAN }));
const ONCE = fc.constant(1);
const pipes = fc.array(
  fc
    .tuple(fc.constantFrom('head' as const, 'tail' as const), fc.nat())
    .map(([kind, count]) => ({ kind, count, ...SPAN })),
  { maxLength: 2 },
);
const keyCounts = fc.tuple(fc.nat(2), fc.nat(2));

const sequence = keyCounts.chain(([shared, own]) =>
  fc
    .record({
      by: keys(shared),
      maxspanMs: fc.integer({ min: 1, max: 1e9 }),
      hasSpan: fc.boolean(),
      items: fc.array(item(own, fc.integer({ min: 1, max: 4 })), { minLength: 2, maxLength: 3 }),
      missing: item(own, ONCE),
      until: fc.option(item(own, ONCE), { nil: undefined }),
      pipes,
    })
    .map(({ hasSpan, items, missing, maxspanMs, ...rest }): EqlTree => {
      const steps = hasSpan ? [...items, { ...missing, isMissing: true }] : items;
      return { kind: 'sequence', ...rest, maxspanMs: hasSpan ? maxspanMs : undefined, items: steps, ...SPAN };
    }),
);
const sample = keyCounts.chain(([shared, own]) =>
  fc
    .record({ by: keys(shared + 1), items: fc.array(item(own, ONCE), { minLength: 2, maxLength: 3 }), pipes })
    .map((parts): EqlTree => ({ kind: 'sample', ...parts, ...SPAN })),
);

/** Whole queries that fit together. */
export const eqlTree: fc.Arbitrary<EqlTree> = fc.oneof(
  fc.tuple(event, pipes).map(([of, list]): EqlTree => ({ kind: 'event', event: of, pipes: list, ...SPAN })),
  sequence,
  sample,
);
