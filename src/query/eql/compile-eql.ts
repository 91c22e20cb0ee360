import type { SourceText } from '../../base/place.ts';
import { type Field, fields } from '../../event/field.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { and, type Predicate } from '../predicate.ts';
import { Remarks } from '../remarks.ts';
import type { EqlEventClause, EqlFieldName, EqlItem, EqlTree } from './ast.ts';
import type { EqlKey, EqlQuery, EqlStep } from './eql-query.ts';
import { lowerCategory } from './lower-category.ts';
import { lowerCondition } from './lower-condition.ts';
import { EqlLowering } from './lowering.ts';
import { parseEql } from './parser.ts';
import { printEvent } from './printer.ts';

/** What a query needs to know beside its text. */
export interface EqlOptions {
  /** Milliseconds since 1970, fixed for the whole run. */
  readonly now: number;
  /** Field that `process where` tests, of type keyword; `event.category` when absent. */
  readonly categoryField?: Field | undefined;
}

/** A query ready to run. */
export interface CompiledEql {
  readonly ast: EqlTree;
  readonly query: EqlQuery;
  /** What is worth a warning: networks behind ==, stars that are no patterns, tests that are never true. */
  readonly diagnostics: readonly Diagnostic[];
}

const CATEGORY = fields.get('event.category');

/**
 * @param source the query with its place in a file
 * @throws EQL-SYNTAX when the text cannot be parsed
 * @throws EQL-TYPE when a field does not exist or a value does not fit the type of its field
 */
export function compileEql(source: SourceText, options: EqlOptions): CompiledEql {
  const ast = parseEql(source);
  const remarks = new Remarks(source, 'EQL-MORE');
  const compiler = new QueryCompiler(new EqlLowering(source, remarks, options.now), options.categoryField ?? CATEGORY);
  return { ast, query: compiler.query(ast), diagnostics: remarks.diagnostics };
}

class QueryCompiler {
  private readonly lowering: EqlLowering;
  private readonly category: Field;

  constructor(lowering: EqlLowering, category: Field) {
    this.lowering = lowering;
    this.category = category;
  }

  query(tree: EqlTree): EqlQuery {
    const pipes = tree.pipes.map(({ kind, count }) => ({ kind, count }));
    if (tree.kind === 'event') return { kind: 'event', predicate: this.event(tree.event), pipes };
    const steps = tree.items.flatMap((item, index) => this.steps(item, tree.by, String(index + 1)));
    if (tree.kind === 'sample') return { kind: 'sample', steps, pipes };
    const { maxspanMs } = tree;
    const until = tree.until && this.steps(tree.until, tree.by, 'until')[0];
    return { kind: 'sequence', steps, maxspanMs, until, pipes };
  }

  /** One step, or one for each run. */
  private steps(item: EqlItem, shared: readonly EqlFieldName[], name: string): EqlStep[] {
    const step: EqlStep = {
      predicate: this.event(item.event),
      key: this.key([...shared, ...item.by]),
      isMissing: item.isMissing,
      name,
      text: printEvent(item.event),
    };
    if (item.runs === 1) return [step];
    return Array.from({ length: item.runs }, (_, run) => ({ ...step, name: `${name}.${run + 1}` }));
  }

  private event(clause: EqlEventClause): Predicate {
    return and([lowerCategory(clause, this.category, this.lowering), lowerCondition(clause.condition, this.lowering)]);
  }

  private key(names: readonly EqlFieldName[]): EqlKey {
    return {
      fields: names.map((name) => this.lowering.field(name)),
      optional: names.map(({ isOptional }) => isOptional),
    };
  }
}
