import type { Field } from '../../../event/field.ts';

/** What is known of the engine and of how its indices hold fields. */
export interface DslOptions {
  /** @returns the longest value of a field that is indexed, in UTF-16 units (`ignore_above`); undefined: every value is */
  readonly ignoreAbove: (field: Field) => number | undefined;
  /** @returns false for a field that documents have but the index does not */
  readonly isIndexed: (field: Field) => boolean;
  /** Whether fields of type wildcard are of that type in the index; else they are keywords. */
  readonly hasWildcardType: boolean;
  /** Whether term, prefix and wildcard queries know `case_insensitive`, as since Elasticsearch 7.10. */
  readonly hasCaseInsensitive: boolean;
  /** Clauses of one query (`indices.query.bool.max_clause_count`). */
  readonly maxClauses: number;
  /** Values of one `terms` query (`index.max_terms_count`). */
  readonly maxTerms: number;
  /** UTF-16 units of a regular expression (`index.max_regex_length`). */
  readonly maxRegexLength: number;
}

/** `ignore_above` of keywords in the templates of ECS. */
const ECS_IGNORE_ABOVE = 1_024;
/** Lucene holds no term of more than 32,766 bytes, and a UTF-16 unit takes up to three; ECS sets 8,191 for long texts. */
const LONGEST_KEYWORD = 8_191;
/** Kept in documents, but not indexed by the templates of ECS. */
const NOT_INDEXED: ReadonlySet<string> = new Set(['event.original']);

/** Engines whose Query DSL is written. */
export const DSL_ENGINES = ['elasticsearch', 'opensearch'] as const;
/** See {@link DSL_ENGINES}. */
export type DslEngine = (typeof DSL_ENGINES)[number];

/**
 * @param engine Elasticsearch from 7.10 on, or OpenSearch, which has the wildcard type only since 2.15 and so is not asked for it
 * @returns options for indices made from the templates of ECS, with the limits that engines have by default
 */
export function dslOptions(engine: DslEngine): DslOptions {
  const hasWildcardType = engine === 'elasticsearch';
  return {
    ignoreAbove: ({ type }) => {
      if (type === 'keyword') return ECS_IGNORE_ABOVE;
      return type === 'wildcard' && !hasWildcardType ? LONGEST_KEYWORD : undefined;
    },
    isIndexed: ({ name }) => !NOT_INDEXED.has(name),
    hasWildcardType,
    hasCaseInsensitive: true,
    maxClauses: 1_024,
    maxTerms: 65_536,
    maxRegexLength: 1_000,
  };
}
