import type { EqlPipe } from '../../query/eql/eql-query.ts';

/**
 * @param pipes applied from left to right
 * @param count results there are, in their order
 * @returns the results that are left: from the first number up to but without the second
 */
export function pipeRange(pipes: readonly EqlPipe[], count: number): readonly [from: number, to: number] {
  let from = 0;
  let to = count;
  for (const pipe of pipes) {
    if (pipe.kind === 'head') to = Math.min(to, from + pipe.count);
    else from = Math.max(from, to - pipe.count);
  }
  return [from, to];
}
