/** The query of an EQL rule of another engine. */
import type { SourceSpan } from '../../base/place.ts';
import { fields } from '../../event/field.ts';
import {
  type EqlEventClause,
  type EqlExpression,
  type EqlFieldName,
  eqlFields,
  type EqlItem,
  type EqlTree,
} from '../../query/eql/ast.ts';
import { parseEql } from '../../query/eql/parser.ts';
import { printEql } from '../../query/eql/printer.ts';
import { resolveName } from '../../query/field-names.ts';
import type { KqlNode } from '../../query/kql/ast.ts';
import { kqlToEql } from './kql-to-eql.ts';

/** A query that is read here. */
export interface ImportedEql {
  readonly query: string;
  /** Fields that do not exist here; they are marked as optional. */
  readonly unknown: readonly string[];
}

/**
 * @param text query as it came
 * @param filters conditions that hold beside it, for every event
 * @throws EQL-SYNTAX when the query cannot be parsed
 * @throws NotExpressible when a filter cannot be written in EQL
 */
export function importEql(text: string, filters: readonly KqlNode[]): ImportedEql {
  const tree = parseEql({ file: 'query', text });
  const unknown = fieldsOf(tree).filter(isUnknown);
  // As it was written, with its comments, where nothing has to be added but marks.
  const marked = unknown.toSorted((x, y) => y.start - x.start).reduce(insertMark, text);
  const names = [...new Set(unknown.map(({ name }) => name))];
  if (filters.length === 0 && !marked.includes('${')) return { query: marked, unknown: names };
  const conditions = filters.map(kqlToEql);
  const whole = printEql(
    mapEvents(parseEql({ file: 'query', text: marked }), (event) => withFilters(event, conditions)),
  );
  // A rule file puts parameters where `${name}` stands; in an imported query it is text.
  return { query: whole.replaceAll('${', '$\\u{7b}'), unknown: names };
}

function isUnknown({ name, isOptional }: EqlFieldName): boolean {
  return !isOptional && !fields.find(name) && resolveName(name).kind === 'unknown';
}

function insertMark(text: string, { start }: SourceSpan): string {
  return `${text.slice(0, start)}?${text.slice(start)}`;
}

function withFilters(event: EqlEventClause, filters: readonly EqlExpression[]): EqlEventClause {
  if (filters.length === 0) return event;
  const { start, end } = event.condition;
  return { ...event, condition: { kind: 'and', parts: [event.condition, ...filters], start, end } };
}

function mapEvents(tree: EqlTree, change: (event: EqlEventClause) => EqlEventClause): EqlTree {
  if (tree.kind === 'event') return { ...tree, event: change(tree.event) };
  const items = tree.items.map((item) => ({ ...item, event: change(item.event) }));
  if (tree.kind === 'sample') return { ...tree, items };
  return { ...tree, items, until: tree.until && { ...tree.until, event: change(tree.until.event) } };
}

/** Every name of a field, also twice. */
function fieldsOf(tree: EqlTree): EqlFieldName[] {
  if (tree.kind === 'event') return eqlFields(tree.event.condition);
  const items: EqlItem[] = tree.kind === 'sequence' && tree.until ? [...tree.items, tree.until] : [...tree.items];
  return [...tree.by, ...items.flatMap(({ event, by }) => [...eqlFields(event.condition), ...by])];
}
