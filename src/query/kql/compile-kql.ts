import type { SourceText } from '../../base/place.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Predicate } from '../predicate.ts';
import type { KqlNode } from './ast.ts';
import { lintKql } from './lint.ts';
import { lowerKql } from './lower.ts';
import { parseKql } from './parser.ts';
import { Remarks } from '../remarks.ts';

/** A query ready to run. */
export interface CompiledKql {
  readonly ast: KqlNode;
  readonly predicate: Predicate;
  /** What is worth a warning: unknown fields, tests that are never true, operators of other languages. */
  readonly diagnostics: Diagnostic[];
}

/**
 * @param source the query with its place in a file
 * @param options `now` in milliseconds since 1970, fixed for the whole run
 * @throws KQL-SYNTAX when the text cannot be parsed
 * @throws KQL-TYPE when a value does not fit the type of its field
 */
export function compileKql(source: SourceText, options: { readonly now: number }): CompiledKql {
  const ast = parseKql(source);
  const remarks = new Remarks(source, 'KQL-MORE');
  lintKql(source, ast, remarks);
  const predicate = lowerKql(ast, { source, remarks, now: options.now });
  return { ast, predicate, diagnostics: remarks.diagnostics };
}
