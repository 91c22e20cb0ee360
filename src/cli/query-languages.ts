/** Languages of `smbastion query`: how the first argument becomes a condition on events. A new one is one entry. */
import type { Config } from '../config/config.ts';
import { compileSigmaQuery } from '../detect/sigma/sigma-query.ts';
import type { Diagnostic } from '../query/diagnostic.ts';
import { compileKql } from '../query/kql/compile-kql.ts';
import type { Predicate } from '../query/predicate.ts';

/** What compiling needs beside the text. */
interface QueryContext {
  readonly config: Config;
  /** Milliseconds that `now` stands for. */
  readonly now: number;
}

/** A compiled query. */
interface CompiledQuery {
  readonly predicate: Predicate;
  readonly diagnostics: readonly Diagnostic[];
}

/** By the name that `--language` takes. */
export const QUERY_LANGUAGES: Readonly<Record<string, (text: string, context: QueryContext) => CompiledQuery>> = {
  kql: (text, { now }) => compileKql({ file: 'query', text }, { now }),
  /** The text is the path of a rule file. */
  sigma: (file, { config, now }) => compileSigmaQuery(file, { now, settings: config.rules, sigma: config.sigma }),
};
