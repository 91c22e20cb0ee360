import { expect, test } from 'vitest';
import type { EqlPipe } from '../../query/eql/eql-query.ts';
import { pipeRange } from './pipes.ts';

test.each<[string, number[]]>([
  ['', [0, 1, 2, 3, 4]],
  ['head 2', [0, 1]],
  ['tail 2', [3, 4]],
  ['head 9', [0, 1, 2, 3, 4]],
  ['tail 9', [0, 1, 2, 3, 4]],
  ['head 3 | tail 2', [1, 2]],
  ['tail 3 | head 2', [2, 3]],
  ['tail 2 | tail 1', [4]],
  ['head 0', []],
  ['tail 0', []],
])('%s of five', (text, expected) => {
  const pipes = text.split(' | ').flatMap((pipe): EqlPipe[] => {
    const [kind, count] = pipe.split(' ');
    return kind === '' ? [] : [{ kind: kind as EqlPipe['kind'], count: Number(count) }];
  });
  expect([0, 1, 2, 3, 4].slice(...pipeRange(pipes, 5))).toEqual(expected);
});
