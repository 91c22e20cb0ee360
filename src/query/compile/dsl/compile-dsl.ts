/**
 * Compiles a predicate to Query DSL: typed clauses, each of which can only be asked in one way, so that neither the mapping
 * nor the defaults of an index change what they mean. `match` and friends are used for words of texts alone.
 */
import type { Field } from '../../../event/field.ts';
import { expressionFields } from '../../expression.ts';
import { nestedAbove } from '../../field-names.ts';
import type { AnywhereTest, Predicate } from '../../predicate.ts';
import {
  type Bounds,
  BoundsPlanner,
  exact,
  type LeafPredicate,
  planPushdown,
  type ReportResidual,
  type ResidualLeaf,
} from '../pushdown.ts';
import { anyOf, type Clause, CLAUSES, MATCH_ALL, MATCH_NONE, nestedClause } from './clause.ts';
import type { DslOptions } from './dsl-options.ts';
import type { FieldClause } from './field-clause-result.ts';
import { fieldClause } from './field-clause.ts';
import { existsClause } from './keyword-clause.ts';

/** A predicate as Query DSL. */
export interface CompiledDsl {
  /** For the `query` of a search, in filter context. */
  readonly query: Clause;
  /** What the matcher must ask of the documents found; undefined when they are the answer. */
  readonly residual: Predicate | undefined;
  /** The parts that the query does not decide, and why. */
  readonly residualLeaves: readonly ResidualLeaf[];
}

/**
 * @param predicate the condition
 * @param options what is known of engine and index
 */
export function compileDsl(predicate: Predicate, options: DslOptions): CompiledDsl {
  const budget = { clauses: options.maxClauses };
  const { pushed, residual, leaves } = planPushdown(predicate, CLAUSES, (leaf, report) =>
    new LeafCompiler(options, budget, undefined, report).bounds(leaf),
  );
  return { query: pushed, residual, residualLeaves: leaves };
}

class LeafCompiler {
  private readonly options: DslOptions;
  private readonly budget: { clauses: number };
  /** The nested field inside of whose elements the leaf stands. */
  private readonly path: Field | undefined;
  private readonly report: ReportResidual;

  constructor(options: DslOptions, budget: { clauses: number }, path: Field | undefined, report: ReportResidual) {
    this.options = options;
    this.budget = budget;
    this.path = path;
    this.report = report;
  }

  bounds(leaf: LeafPredicate): Bounds<Clause> {
    const bounds = this.unlimited(leaf);
    const clauses =
      countClauses(bounds.necessary) + (bounds.necessary === bounds.sufficient ? 0 : countClauses(bounds.sufficient));
    if (clauses > this.budget.clauses) return this.open('more clauses than a query may have', leaf, MATCH_ALL);
    this.budget.clauses -= clauses;
    return bounds;
  }

  private unlimited(leaf: LeafPredicate): Bounds<Clause> {
    switch (leaf.kind) {
      case 'anywhere':
        return this.open(
          'all fields are looked at, also those that are not indexed',
          leaf,
          this.path ? MATCH_ALL : anywhereClause(leaf.test),
        );
      case 'computed':
        return this.open('an expression', leaf, this.allPresent(expressionFields(leaf.expression)));
      case 'compare':
        return this.open('two fields are compared', leaf, this.allPresent([leaf.field, leaf.other]));
      case 'nested':
        return this.nested(leaf);
      case 'exists':
        return this.ofField(leaf, leaf.field, () => this.exists(leaf.field));
      default:
        return this.ofField(leaf, leaf.field, () => fieldClause(leaf, this.options));
    }
  }

  /** A leaf over one field, asked where the field stands. */
  private ofField(leaf: LeafPredicate, field: Field, ask: () => FieldClause): Bounds<Clause> {
    if (!this.options.isIndexed(field)) return this.open('a field that is not indexed', leaf, MATCH_ALL);
    const above = field.type === 'nested' ? field : nestedAbove(field);
    if (this.path && (above !== this.path || field === this.path)) {
      return this.open(`a field that does not stand below ${this.path.name}`, leaf, MATCH_ALL);
    }
    const found = ask();
    const bounds = 'exact' in found ? exact(found.exact) : (found.bounds ?? this.present(field));
    if (!('exact' in found)) this.report(found.open, leaf);
    if (!above || this.path) return bounds;
    return mapBounds(bounds, (clause) => (clause === MATCH_NONE ? clause : nestedClause(above.name, clause)));
  }

  private exists(field: Field): FieldClause {
    if (field.type === 'nested') return { exact: MATCH_ALL };
    return existsClause(field, this.options);
  }

  /** That a field has a value is all that can be said of a leaf. */
  private present(field: Field): Bounds<Clause> {
    const found = this.exists(field);
    const necessary = 'exact' in found ? found.exact : (found.bounds?.necessary ?? MATCH_ALL);
    return { necessary, sufficient: MATCH_NONE };
  }

  private allPresent(all: readonly Field[]): Clause {
    const known = all.filter(
      (field) => this.options.isIndexed(field) && !nestedAbove(field) && field.type !== 'nested',
    );
    if (known.length === 0 || this.path) return MATCH_ALL;
    const parts = known.map((field) => this.present(field).necessary);
    return parts.length === 1 ? parts[0]! : CLAUSES.and(parts);
  }

  private nested(leaf: Extract<Predicate, { kind: 'nested' }>): Bounds<Clause> {
    if (this.path) return this.open('a nested field inside of another', leaf, MATCH_ALL);
    const inner = new LeafCompiler(this.options, this.budget, leaf.path, this.report);
    const planner = new BoundsPlanner(CLAUSES, (part) => inner.bounds(part));
    return mapBounds(planner.bounds(leaf.part), (clause) =>
      clause === MATCH_NONE ? clause : nestedClause(leaf.path.name, clause),
    );
  }

  private open(reason: string, leaf: LeafPredicate, necessary: Clause): Bounds<Clause> {
    this.report(reason, leaf);
    return { necessary, sufficient: MATCH_NONE };
  }
}

/**
 * Any member of a family, such as `labels:*`, needs something below the family's name. Nothing else can be asked: values
 * may stand in fields that are not indexed, such as the original event.
 */
function anywhereClause(test: AnywhereTest): Clause {
  const [stem, rest, ...more] = test.members ?? [];
  if (stem?.kind !== 'text' || rest?.kind !== 'star' || more.length > 0 || !/\w\.$/.test(stem.text)) return MATCH_ALL;
  return anyOf([{ exists: { field: stem.text.slice(0, -1) } }, { exists: { field: '_ignored' } }]);
}

function mapBounds({ necessary, sufficient }: Bounds<Clause>, change: (clause: Clause) => Clause): Bounds<Clause> {
  const changed = change(necessary);
  return { necessary: changed, sufficient: necessary === sufficient ? changed : change(sufficient) };
}

/** Queries that engines count: every one that is not made of others, and each word of a text. */
function countClauses(clause: Clause): number {
  const [kind, body] = Object.entries(clause)[0]!;
  if (kind === 'nested') return countClauses((body as { query: Clause }).query);
  if (kind === 'bool') {
    return Object.values(body as object).reduce(
      (sum: number, parts: unknown) =>
        sum + (Array.isArray(parts) ? (parts as Clause[]).reduce((count, part) => count + countClauses(part), 0) : 0),
      0,
    );
  }
  if (kind !== 'match' && kind !== 'match_phrase') return 1;
  const [{ query }] = Object.values(body as Record<string, { query: string }>) as [{ query: string }];
  return query.split(' ').length;
}
