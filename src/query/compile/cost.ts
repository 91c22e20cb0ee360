import type { Predicate } from '../predicate.ts';

/** What one test costs, in comparisons of two short texts; only the order matters. */
const COST: Readonly<Record<Exclude<Predicate['kind'], 'and' | 'or' | 'not' | 'nested'>, number>> = {
  all: 0,
  none: 0,
  exists: 1,
  equals: 2,
  between: 2,
  range: 3,
  oneOf: 4,
  prefix: 4,
  suffix: 5,
  cidr: 6,
  contains: 8,
  glob: 10,
  compare: 10,
  inList: 12,
  datePart: 15,
  computed: 30,
  words: 40,
  wordGlob: 60,
  regex: 100,
  anywhere: 1000,
};

/** Reading the elements of a nested field costs this much before the first test. */
const NESTED = 200;

/** @returns how dear a predicate is to evaluate, to run cheap tests first */
export function costOf(predicate: Predicate): number {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.parts.reduce((sum, part) => sum + costOf(part), 0);
    case 'not':
      return costOf(predicate.part);
    case 'nested':
      return NESTED + costOf(predicate.part);
    default:
      return COST[predicate.kind];
  }
}
