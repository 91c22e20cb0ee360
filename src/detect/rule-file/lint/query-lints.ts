import { lintAbsentField } from './absent-field.ts';
import { lintImpossibleRange } from './impossible-range.ts';
import { lintLeadingStar } from './leading-star.ts';
import { lintNeverOccurs } from './never-occurs.ts';
import type { QueryLint } from './query-lint.ts';
import { lintQuotedStar } from './quoted-star.ts';

/** Checks of queries in rules; those that hold for any query are in query/kql/lint.ts. */
export const QUERY_LINTS: readonly QueryLint[] = [
  lintNeverOccurs,
  lintQuotedStar,
  lintImpossibleRange,
  lintAbsentField,
  lintLeadingStar,
];
