/** Languages of `smbastion query`: how the first argument becomes a condition on events. A new one is one entry. */
import type { Config } from '../config/config.ts';
import { compileSigmaQuery } from '../detect/sigma/sigma-query.ts';
import type { Diagnostic } from '../query/diagnostic.ts';
import { type CompiledEql, compileEql } from '../query/eql/compile-eql.ts';
import type { EqlQuery } from '../query/eql/eql-query.ts';
import { compileKql } from '../query/kql/compile-kql.ts';
import { NONE, type Predicate } from '../query/predicate.ts';

/** What compiling needs beside the text. */
interface QueryContext {
  readonly config: Config;
  /** Milliseconds that `now` stands for. */
  readonly now: number;
}

/** A compiled query. */
interface CompiledQuery {
  readonly predicate: Predicate;
  /**
   * What is looked for can only be told when all events were seen; the predicate of a sequence or sample is
   * of no meaning.
   */
  readonly ordered?: EqlQuery;
  readonly diagnostics: readonly Diagnostic[];
}

/** By the name that `--language` takes. */
export const QUERY_LANGUAGES: Readonly<Record<string, (text: string, context: QueryContext) => CompiledQuery>> = {
  kql: (text, { now }) => compileKql({ file: 'query', text }, { now }),
  eql: (text, { now }) => eqlQuery(compileEql({ file: 'query', text }, { now })),
  /** The text is the path of a rule file. */
  sigma: (file, { config, now }) => compileSigmaQuery(file, { now, settings: config.rules, sigma: config.sigma }),
};

function eqlQuery({ query, diagnostics }: CompiledEql): CompiledQuery {
  if (query.kind !== 'event') return { predicate: NONE, ordered: query, diagnostics };
  // Files are not in time order, so the events read first are not the first ones.
  return { predicate: query.predicate, ...(query.pipes.length > 0 && { ordered: query }), diagnostics };
}
