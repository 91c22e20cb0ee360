import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { leafNodes, plainEvent, show, view } from '../../../test/tools/arbitrary-predicates.ts';
import { holds } from '../../../test/tools/plain-meaning.ts';
import type { Scalar } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { Expression, ExpressionName } from '../expression.ts';
import { compileComputed, cutTests, MAX_COMBINATIONS } from './computed.ts';

test('expressions agree with their plain meaning', () => {
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(leafNodes.at(-1)!, fc.array(plainEvent, { minLength: 3, maxLength: 6 }), (node, events) => {
      if (node.kind !== 'computed') throw new Error('the last leaf is the computed one');
      const computes = compileComputed(node.expression);
      for (const event of events) {
        const expected = holds(node, show(event));
        seen[`${expected}`]++;
        expect(computes(view)).toBe(expected);
      }
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(500);
});

const NAME: Expression = { kind: 'field', field: fields.get('user.name') };
const HOST: Expression = { kind: 'field', field: fields.get('host.name') };
const constant = (value: Scalar): Expression => ({ kind: 'constant', value });
const call = (name: ExpressionName, ...args: Expression[]): Expression => ({ kind: 'call', name, args, fold: false });
const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i}`);

test('each field gives one value for the whole expression', () => {
  view.point({ 'user.name': ['a', 'b'] });
  const twice = call('concat', NAME, NAME);
  expect(compileComputed(call('==', twice, constant('bb')))(view)).toBe(true);
  expect(compileComputed(call('==', twice, constant('ab')))(view)).toBe(false);
});

test('the combinations of an event with very many values are limited', () => {
  const computes = compileComputed(call('==', call('concat', NAME, HOST), constant('u999h999')));
  view.point({ 'user.name': ['u999'], 'host.name': numbered('h', MAX_COMBINATIONS) });
  const before = cutTests();
  expect(computes(view)).toBe(true);
  expect(cutTests()).toBe(before);
  view.point({ 'user.name': numbered('u', 1000), 'host.name': numbered('h', 1000) });
  expect(computes(view)).toBe(false);
  expect(cutTests()).toBe(before + 1);
});

test('an expression without fields is worked out once', () => {
  expect(compileComputed(constant(true))(view)).toBe(true);
  expect(compileComputed(constant(false))(view)).toBe(false);
});
