import { expect, test } from 'vitest';
import { hasMoreNames } from './count-names.ts';

test.each([
  ['{"a":1,"b":2,"c":3}', 3],
  ['{"a":{"b":[{"c":1},{"c":2}]}}', 4],
  ['{"a":1,"a":2}', 2],
  ['{"a\\":":"x:y\\\\","b":":::::"}', 2],
  ['{"a":"\\\\","b":1}', 2],
  [`{"a":"${':'.repeat(99)}"}`, 1],
  ['{"a":1,"b":"an open end:::::', 2],
  ['{}', 0],
])('%s has %i names', (text, names) => {
  // Behind other bytes, and before some: what is counted is what is asked for.
  const buffer = Buffer.from(`:${text}:::::`);
  const end = buffer.length - 5;
  expect([names - 1, names, names + 1].map((limit) => hasMoreNames(buffer, 1, end, limit))).toEqual([
    names > 0,
    false,
    false,
  ]);
});
