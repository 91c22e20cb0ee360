/** Random expressions whose operands fit, for the property tests of whatever computes them. */
import * as fc from 'fast-check';
import type { Field } from '../../src/event/field.ts';
import type { Expression, ExpressionName } from '../../src/query/expression.ts';

/** Fields that may stand in an expression, by what they hold. */
export interface ExpressionFields {
  readonly keyword: fc.Arbitrary<Field>;
  readonly number: fc.Arbitrary<Field>;
  readonly date: Field;
  readonly ip: Field;
  readonly boolean: Field;
}

type Typed = Record<'text' | 'number' | 'truth', Expression>;
type Node = fc.Arbitrary<Expression>;

const constant = (...values: (string | number | boolean | null)[]): Node =>
  fc.constantFrom(...values).map((value): Expression => ({ kind: 'constant', value }));
const doubles: Node = fc.constantFrom<Expression>(
  { kind: 'constant', value: 3, isInteger: false },
  { kind: 'constant', value: 2, isInteger: true },
);
const call = (name: ExpressionName, args: readonly Node[], fold: fc.Arbitrary<boolean> = fc.constant(false)): Node =>
  fc
    .tuple(fold, ...args)
    .map(([isFolded, ...nodes]): Expression => ({ kind: 'call', name, args: nodes, fold: isFolded }));
const field = (one: fc.Arbitrary<Field>): Node => one.map((of): Expression => ({ kind: 'field', field: of }));

const either = fc.boolean();
const texts = constant('', 'a', 'A', 'ab', 'aB', 'b', 'k', '\u212a', '445', ' 0x1F ', '1.5');
const numbers = constant(-2, -1, 0, 0.5, 1, 2, 443, 445);
const positions = constant(-3, -1, 0, 1, 2, 9);
const patterns = constant('a', 'A*', '?', '*b', 'a?b', '*', '4*5', '');
const regexes = constant('a', 'a.*', '[ab]+', '\\d+', '(a|k).?');

/** @returns expressions that give true, false or null */
export function arbitraryExpression(from: ExpressionFields): Node {
  const { truth } = fc.letrec<Typed>((tie) => {
    const [text, number] = [tie('text'), tie('number')];
    return {
      text: fc.oneof(
        { maxDepth: 3 },
        fc.oneof(
          { weight: 9, arbitrary: fc.oneof(field(from.keyword), texts) },
          { weight: 1, arbitrary: constant(null) },
        ),
        call('concat', [text, text]),
        call('concat', [number]),
        call('string', [fc.oneof(number, field(fc.constantFrom(from.date, from.ip, from.boolean)))]),
        call('between', [text, texts, texts], either),
        call('between', [text, texts, texts, constant(true, false)], either),
        call('substring', [text, positions]),
        call('substring', [text, positions, positions]),
      ),
      number: fc.oneof(
        { maxDepth: 3 },
        fc.oneof(field(from.number), numbers, doubles),
        ...(['+', '-', '*', '/', '%'] as const).map((name) => call(name, [number, number])),
        call('length', [text]),
        call('indexOf', [text, texts], either),
        call('indexOf', [text, texts, positions], either),
        call('number', [text]),
        call('number', [text, constant(10, 16)]),
      ),
      truth: fc.oneof(
        ...(['==', '<', '<=', '>', '>='] as const).map((name) => call(name, [number, number])),
        ...(['==', '<', '>='] as const).map((name) => call(name, [text, text], name === '==' ? either : undefined)),
        ...(['startsWith', 'endsWith', 'stringContains'] as const).map((name) => call(name, [text, text], either)),
        call('cidrMatch', [
          field(fc.constant(from.ip)),
          constant('10.0.0.0/24', 'fe80::/10'),
          constant('::1', '9.0.0.0/8'),
        ]),
        call('in', [fc.oneof(text, number), constant('a', 'Ab', 1), constant(445, 'b')], either),
        call('like', [text, patterns, patterns], either),
        call('regex', [text, regexes]),
        call('present', [fc.oneof(text, number)]),
        call('==', [field(fc.constant(from.boolean)), constant(true, false)]),
      ),
    };
  });
  return truth;
}
