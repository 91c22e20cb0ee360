/** Words of EQL: keywords, and names of older or other dialects that people try. */

/** Words that are no names unless they stand in backticks. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'and',
  'any',
  'by',
  'false',
  'in',
  'like',
  'maxspan',
  'not',
  'null',
  'of',
  'or',
  'regex',
  'sample',
  'sequence',
  'true',
  'until',
  'where',
  'with',
]);

/** Milliseconds of the units of `maxspan`. */
export const SPAN_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A word of a name without backticks. */
export const PLAIN_NAME = /^[A-Za-z_@][A-Za-z0-9_]*$/;

/** Pipes of the Endgame dialect. */
export const ENDGAME_PIPES: ReadonlySet<string> = new Set(['count', 'filter', 'sort', 'unique', 'unique_count']);

/** Words before `of` in the Endgame dialect. */
export const ENDGAME_RELATIONS: ReadonlySet<string> = new Set(['child', 'descendant', 'event']);

/** Functions of the Endgame dialect, with what to write instead. */
export const ENDGAME_FUNCTIONS: Readonly<Record<string, string>> = {
  arraycontains: 'every value of a field is tested anyway: write field : "value"',
  arraycount: 'values of a field cannot be counted; write a threshold rule',
  arraysearch: 'every value of a field is tested anyway: write field : "value"',
  match: 'write field regex~ "…"',
  matchlite: 'write field regex~ "…"',
  safe: 'an absent field is no error here: write the field alone',
  wildcard: 'write field : ("a*", "b*")',
};
