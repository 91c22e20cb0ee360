import { SmbError } from '../../base/error.ts';
import { placeOf, type SourceText } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import { type TomlFile, type TomlSpan, type TomlText, placeOfToml, sourceTextOf } from '../../base/toml/toml-node.ts';
import { TomlReader } from '../../base/toml/toml-reader.ts';
import type { Field } from '../../event/field.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import type { KqlNode } from '../../query/kql/ast.ts';
import { compileEql } from '../../query/eql/compile-eql.ts';
import type { EqlQuery } from '../../query/eql/eql-query.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { Remarks } from '../../query/remarks.ts';
import { NONE, type Predicate } from '../../query/predicate.ts';
import { fillParameters, type ParameterValues } from './fill-parameters.ts';
import { type EventShape, eventShapes } from './lint/eql-shape.ts';
import { QUERY_LINTS } from './lint/query-lints.ts';
import type { RuleContext } from './rule-context.ts';

/** A query of a rule, compiled. */
export interface RuleQuery {
  /** As written, with the values of parameters. */
  readonly text: string;
  readonly predicate: Predicate;
  /** Undefined when it does not compile; the error is recorded. */
  readonly ast: KqlNode | undefined;
}

/** A query of a rule in EQL, compiled. */
export interface RuleEql {
  /** As written, with the values of parameters. */
  readonly text: string;
  readonly query: EqlQuery;
  /** What a query over single events asks, in the shape of KQL; undefined for sequences and samples. */
  readonly ast: KqlNode | undefined;
}

const NO_QUERY: RuleQuery = { text: '', predicate: NONE, ast: undefined };

/** One rule file while it is being read: where errors and warnings are collected. */
export class RuleReading {
  readonly file: TomlFile;
  readonly reader: TomlReader;
  readonly context: RuleContext;
  readonly warnings: Diagnostic[] = [];
  parameters: ParameterValues = new Map();

  constructor(file: TomlFile, context: RuleContext) {
    this.file = file;
    this.context = context;
    this.reader = new TomlReader(file, { key: 'RULE-KEY', value: 'RULE-VALUE', missing: 'RULE-MISSING' });
  }

  warn(code: string, message: string, span: TomlSpan): void {
    this.warnings.push({ code, message, place: placeOfToml(this.file, span) });
  }

  /** Puts parameters into a text; unknown ones are errors. */
  fill(node: TomlText): ReturnType<typeof fillParameters>['source'] {
    const written = sourceTextOf(this.file, node);
    const { source, unknown } = fillParameters(written, this.parameters);
    for (const { name, start, end } of unknown) {
      const message = `There is no parameter "${name}".${didYouMean(name, this.parameters.keys())}`;
      const fix = 'declare it under [rule.parameters]';
      this.reader.failWith(new SmbError('RULE-VALUE', message, { place: placeOf(written, start, end), fix }));
    }
    return source;
  }

  /**
   * Compiles and lints a query; what is wrong with it is recorded with its place in the file.
   *
   * @param given fields that the rest of the rule demands already
   */
  query(
    node: TomlText | undefined,
    options: { readonly given?: ReadonlySet<string>; readonly hasDatasets?: boolean } = {},
  ): RuleQuery {
    if (!node) return NO_QUERY;
    const before = this.reader.failures;
    const source = this.fill(node);
    // A name left in the query would only give a second error, about its braces.
    if (this.reader.failures > before) return NO_QUERY;
    try {
      const { ast, predicate, diagnostics } = compileKql(source, { now: this.context.now });
      this.warnings.push(...diagnostics);
      const { given = new Set<string>(), hasDatasets = false } = options;
      this.lint(source, 'kql', [{ ast, given }], hasDatasets);
      return { text: source.text, predicate, ast };
    } catch (error) {
      if (!(error instanceof SmbError)) throw error;
      this.reader.failWith(error);
      return NO_QUERY;
    }
  }

  /**
   * Compiles and lints a query in EQL; what is wrong with it is recorded with its place in the file.
   *
   * @param options `categoryField`: what `process where` tests, when it is not event.category
   * @returns undefined when it does not compile
   */
  eql(
    node: TomlText,
    options: { readonly categoryField: Field | undefined; readonly hasDatasets: boolean },
  ): RuleEql | undefined {
    const before = this.reader.failures;
    const source = this.fill(node);
    if (this.reader.failures > before) return undefined;
    try {
      const { categoryField, hasDatasets } = options;
      const { ast, query, diagnostics } = compileEql(source, { now: this.context.now, categoryField });
      this.warnings.push(...diagnostics);
      const shapes = eventShapes(ast, categoryField?.name ?? 'event.category');
      this.lint(source, 'eql', shapes, hasDatasets);
      return { text: source.text, query, ast: query.kind === 'event' ? shapes[0]!.ast : undefined };
    } catch (error) {
      if (!(error instanceof SmbError)) throw error;
      this.reader.failWith(error);
      return undefined;
    }
  }

  private lint(source: SourceText, language: 'kql' | 'eql', shapes: readonly EventShape[], hasDatasets: boolean): void {
    const remarks = new Remarks(source, 'LINT-MORE');
    const { knownDatasets } = this.context;
    for (const { ast, given } of shapes) {
      for (const lint of QUERY_LINTS) lint({ ast, language, remarks, given, hasDatasets, knownDatasets });
    }
    this.warnings.push(...remarks.diagnostics);
  }
}
