import type { SourceText } from '../../base/place.ts';
import type { Field } from '../../event/field.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { EqlTree } from './ast.ts';
import type { EqlQuery } from './eql-query.ts';

/** What a query needs to know beside its text. */
export interface EqlOptions {
  /** Milliseconds since 1970, fixed for the whole run. */
  readonly now: number;
  /** Field that `process where` tests; `event.category` when absent. */
  readonly categoryField?: Field | undefined;
}

/** A query ready to run. */
export interface CompiledEql {
  readonly ast: EqlTree;
  readonly query: EqlQuery;
  /** What is worth a warning. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * @param source the query with its place in a file
 * @throws EQL-SYNTAX when the text cannot be parsed
 * @throws EQL-TYPE when a field does not exist or a value does not fit
 * @public
 */
export function compileEql(source: SourceText, _options: EqlOptions): CompiledEql {
  throw new Error(`EQL is not read yet (${source.file})`);
}
