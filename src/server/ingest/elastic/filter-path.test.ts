import { expect, test } from 'vitest';
import { filterAnswer } from './filter-path.ts';

const ANSWER = {
  took: 3,
  errors: true,
  items: [
    { create: { _id: 'a', status: 201 } },
    { create: { _id: 'b', status: 400, error: { type: 't', reason: 'r' } } },
  ],
};
const { took, errors, items } = ANSWER;

test.each([
  ['', ANSWER],
  ['took', { took }],
  ['-took', { errors, items }],
  ['-items', { took, errors }],
  [
    '-items.*._id,-took',
    { errors, items: [{ create: { status: 201 } }, { create: { status: 400, error: { type: 't', reason: 'r' } } }] },
  ],
  ['errors,items.*.error', { errors, items: [{ create: { error: { type: 't', reason: 'r' } } }] }],
  ['errors,items.*.error,-items.*.error.reason', { errors, items: [{ create: { error: { type: 't' } } }] }],
  ['-**.reason,-**.type,-**._id,-**.status', { took, errors }],
  ['-nothing', ANSWER],
  ['-', ANSWER],
])('filter_path=%s', (filter, answer) => {
  expect(filterAnswer(ANSWER, filter)).toEqual(answer);
});
