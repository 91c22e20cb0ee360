/**
 * Conditions of EQL in the shape that the checks of queries read, which is that of KQL: what is required, what is negated
 * and what values are asked for. Places are those of the EQL query. What the checks know nothing of only says which fields
 * must be there.
 */
import { type GlobPart, parseGlob } from '../../../base/glob.ts';
import type { SourceSpan } from '../../../base/place.ts';
import {
  type EqlEventClause,
  type EqlExpression,
  type EqlFieldName,
  eqlFields,
  type EqlTree,
  isConstant,
} from '../../../query/eql/ast.ts';
import type { KqlNode, KqlValue } from '../../../query/kql/ast.ts';
import { neverOccurs } from './never-occurs.ts';

type Compare = Extract<EqlExpression, { kind: 'compare' }>;
type Match = Extract<EqlExpression, { kind: 'match' }>;
type In = Extract<EqlExpression, { kind: 'in' }>;
type Call = Extract<EqlExpression, { kind: 'call' }>;

/** One event that a query asks for, and the fields that the keys demand beside its condition. */
export interface EventShape {
  readonly ast: KqlNode;
  readonly given: ReadonlySet<string>;
}

/** @returns the shape of every event of a query */
export function eventShapes(tree: EqlTree, categoryField: string): EventShape[] {
  if (tree.kind === 'event') return [{ ast: eventShape(tree.event, categoryField), given: new Set() }];
  const items = tree.kind === 'sequence' && tree.until ? [...tree.items, tree.until] : tree.items;
  return items.map(({ event, by }) => {
    const keys = [...tree.by, ...by].filter(({ isOptional }) => !isOptional);
    return { ast: eventShape(event, categoryField), given: new Set(keys.map(({ name }) => name)) };
  });
}

/** Category and condition of one event. */
function eventShape({ category, condition, start, end }: EqlEventClause, categoryField: string): KqlNode {
  const shape = conditionShape(condition);
  if (category === null) return shape;
  const span = { start, end };
  return { kind: 'and', parts: [valueNode(categoryField, literal(category, span), span), shape], ...span };
}

function conditionShape(node: EqlExpression): KqlNode {
  const { start, end } = node;
  const span = { start, end };
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, parts: node.parts.map(conditionShape), ...span };
    case 'not':
      return { kind: 'not', part: conditionShape(node.part), ...span };
    case 'compare':
      return compareShape(node, span);
    case 'match':
      return matchShape(node, span);
    case 'in':
      return inShape(node, span);
    case 'call':
      return callShape(node, span);
    default:
      return someTest(node, span);
  }
}

function compareShape(node: Compare, span: SourceSpan): KqlNode {
  const isFlipped = isConstant(node.left) && !isConstant(node.right);
  const [side, other] = isFlipped ? [node.right, node.left] : [node.left, node.right];
  const op = isFlipped ? FLIPPED[node.op] : node.op;
  if (other.kind === 'null') return negatedIf(op === '==', present(side, span), span);
  if (side.kind !== 'field' || side.isOptional || !('value' in other)) {
    return negatedIf(op === '!=', someTest(node, span), span);
  }
  const value = String(other.value);
  if (op === '==' || op === '!=')
    return negatedIf(op === '!=', valueNode(side.name, literal(value, other), side), span);
  return { kind: 'range', field: literal(side.name, side), op, value: literal(value, other), ...span };
}

const FLIPPED = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function matchShape(node: Match, span: SourceSpan): KqlNode {
  const { left, op, patterns } = node;
  if (left.kind !== 'field' || left.isOptional || op === 'regex' || op === 'regex~') return someTest(node, span);
  const fold = op === ':' || op === 'like~';
  const tests = patterns.map((text) => {
    const parts = parseGlob(folded(left.name, text.value, fold), true);
    const [first] = parts;
    const isText = parts.length === 0 || (parts.length === 1 && first?.kind === 'text');
    const value = isText ? literal(first?.kind === 'text' ? first.text : '', text) : pattern(parts, text);
    return valueNode(left.name, value, left);
  });
  return anyOf(tests, span);
}

function inShape({ left, values, fold, isNegated }: In, span: SourceSpan): KqlNode {
  if (left.kind !== 'field' || left.isOptional) return negatedIf(isNegated, someTest(left, span), span);
  const tests = values.flatMap((value) => {
    if (!('value' in value)) return [];
    return [valueNode(left.name, literal(folded(left.name, String(value.value), fold), value), left)];
  });
  return negatedIf(isNegated, anyOf(tests, span), span);
}

/** `startsWith(field, "x")` and its like ask for a pattern. */
function callShape(node: Call, span: SourceSpan): KqlNode {
  const [field, part] = node.args;
  if (field?.kind !== 'field' || field.isOptional || part?.kind !== 'text') return someTest(node, span);
  const text: GlobPart = { kind: 'text', text: folded(field.name, part.value, node.fold) };
  const star: GlobPart = { kind: 'star' };
  switch (node.name) {
    case 'startsWith':
      return valueNode(field.name, pattern([text, star], part), field);
    case 'endsWith':
      return valueNode(field.name, pattern([star, text], part), field);
    case 'stringContains':
      return valueNode(field.name, pattern([star, text, star], part), field);
    default:
      return someTest(node, span);
  }
}

/** A test of which only the fields are known that must be there. */
function someTest(node: EqlExpression, span: SourceSpan): KqlNode {
  return allOf(
    eqlFields(node),
    (field) => valueNode(field.name, { kind: 'literal', value: null, ...span }, field),
    span,
  );
}

function present(node: EqlExpression, span: SourceSpan): KqlNode {
  return allOf(eqlFields(node), (field) => valueNode(field.name, pattern([{ kind: 'star' }], field), field), span);
}

/** A `?` says outright that a field may be absent, so such fields are required by nothing. */
function allOf(found: readonly EqlFieldName[], test: (field: EqlFieldName) => KqlNode, span: SourceSpan): KqlNode {
  const parts = found.filter(({ isOptional }) => !isOptional).map(test);
  if (parts.length === 0) return { kind: 'everything', ...span };
  return parts.length === 1 ? parts[0]! : { kind: 'and', parts, ...span };
}

function anyOf(parts: readonly KqlNode[], span: SourceSpan): KqlNode {
  return parts.length === 1 ? parts[0]! : { kind: 'or', parts, ...span };
}

function negatedIf(isNegated: boolean, part: KqlNode, span: SourceSpan): KqlNode {
  return isNegated ? { kind: 'not', part, ...span } : part;
}

function valueNode(name: string, value: KqlValue, { start, end }: SourceSpan): KqlNode {
  return { kind: 'is', field: literal(name, { start, end }), value, quoted: false, start, end };
}

function literal(value: string, { start, end }: SourceSpan) {
  return { kind: 'literal', value, start, end } as const;
}

function pattern(parts: readonly GlobPart[], { start, end }: SourceSpan): KqlValue {
  return { kind: 'wildcard', parts, start, end };
}

/** Where letter case does not count, the spelling that occurs stands for all. */
function folded(name: string, value: string, fold: boolean): string {
  if (!fold || neverOccurs(name, value) === undefined) return value;
  return [value.toLowerCase(), value.toUpperCase()].find((one) => neverOccurs(name, one) === undefined) ?? value;
}
