/**
 * Compiles a predicate to closures over event views. Constants are worked out once, cheap tests run first in `and` and
 * `or`, and nothing is allocated for an event except by `nested` and `anywhere`, which need documents.
 */
import { foldAscii } from '../../base/glob.ts';
import type { FieldValue, Scalar } from '../../event/document.ts';
import { type Document, setPath } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import type { Field } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { Predicate } from '../predicate.ts';
import { compileAnywhere } from './anywhere.ts';
import { compileComputed } from './computed.ts';
import { costOf } from './cost.ts';
import { foldedText } from './folded-text.ts';
import { mergeEquals } from './merge-equals.ts';
import { compileValueTest, type ValueTest } from './value-test.ts';

/** A compiled predicate. */
export type Matcher = (view: EventView) => boolean;

/**
 * @param predicate the condition
 * @returns whether an event satisfies it
 * @throws REGEX-UNSAFE when an expression cannot be run in linear time
 */
export function compileMatcher(predicate: Predicate): Matcher {
  switch (predicate.kind) {
    case 'all':
      return () => true;
    case 'none':
      return () => false;
    case 'and':
      return compileAnd(cheapFirst(predicate.parts));
    case 'or':
      return compileOr(cheapFirst(mergeEquals(predicate.parts)));
    case 'not': {
      const matches = compileMatcher(predicate.part);
      return (view) => !matches(view);
    }
    case 'exists':
      return compileExists(predicate.field);
    case 'equals':
      return compileEquals(predicate);
    case 'anywhere':
      return compileAnywhere(predicate.test);
    case 'compare':
      return compileCompare(predicate);
    case 'computed':
      return compileComputed(predicate.expression);
    case 'nested':
      return compileNested(predicate);
    default:
      return anyValue(predicate.field, compileValueTest(predicate));
  }
}

function cheapFirst(parts: readonly Predicate[]): Matcher[] {
  const costs = new Map(parts.map((part) => [part, costOf(part)]));
  return [...parts].sort((x, y) => costs.get(x)! - costs.get(y)!).map(compileMatcher);
}

function compileAnd(parts: readonly Matcher[]): Matcher {
  const [first, second, third] = parts;
  if (!first) return () => true;
  if (!second) return first;
  if (!third) return (view) => first(view) && second(view);
  if (parts.length === 3) return (view) => first(view) && second(view) && third(view);
  return (view) => {
    for (let i = 0; i < parts.length; i++) if (!parts[i]!(view)) return false;
    return true;
  };
}

function compileOr(parts: readonly Matcher[]): Matcher {
  const [first, second, third] = parts;
  if (!first) return () => false;
  if (!second) return first;
  if (!third) return (view) => first(view) || second(view);
  if (parts.length === 3) return (view) => first(view) || second(view) || third(view);
  return (view) => {
    for (let i = 0; i < parts.length; i++) if (parts[i]!(view)) return true;
    return false;
  };
}

/** A leaf is true when one of the field's values passes. */
function anyValue(field: Field, test: ValueTest): Matcher {
  const { id } = field;
  return (view) => {
    const value = view.get(id);
    if (value === undefined) return false;
    if (typeof value !== 'object') return test(value);
    for (let i = 0; i < value.length; i++) if (test(value[i]!)) return true;
    return false;
  };
}

function compileExists({ id, type, path }: Field): Matcher {
  if (type !== 'nested') return (view) => view.get(id) !== undefined;
  return (view) => view.get(id) !== undefined || view.elements(path).length > 0;
}

/** The most frequent leaf of all, so it has no inner call. */
function compileEquals(leaf: Extract<Predicate, { kind: 'equals' }>): Matcher {
  const wanted = leaf.value;
  if (leaf.fold && typeof wanted === 'string') return anyValue(leaf.field, compileValueTest(leaf));
  const { id } = leaf.field;
  return (view) => {
    const value = view.get(id);
    return value === wanted || (typeof value === 'object' && value.includes(wanted));
  };
}

function compileCompare({ field, other, op, fold }: Extract<Predicate, { kind: 'compare' }>): Matcher {
  const test = pairTest(op, fold);
  return (view) => {
    const left = view.get(field.id);
    if (left === undefined) return false;
    const right = view.get(other.id);
    if (right === undefined) return false;
    if (typeof left !== 'object') return anyRight(left, right, test);
    for (const one of left) if (anyRight(one, right, test)) return true;
    return false;
  };
}

type PairTest = (left: Scalar, right: Scalar) => boolean;

function anyRight(left: Scalar, right: Exclude<FieldValue, undefined>, test: PairTest): boolean {
  if (typeof right !== 'object') return test(left, right);
  for (const one of right) if (test(left, one)) return true;
  return false;
}

function pairTest(op: Extract<Predicate, { kind: 'compare' }>['op'], fold: boolean): PairTest {
  const read = fold ? foldedText : (text: string) => text;
  const ofTexts = (test: (left: string, right: string) => boolean): PairTest => {
    return (left, right) => typeof left === 'string' && typeof right === 'string' && test(read(left), read(right));
  };
  switch (op) {
    case '==':
      if (!fold) return (left, right) => left === right;
      return (left, right) =>
        left === right ||
        (typeof left === 'string' && typeof right === 'string' && foldAscii(left) === foldAscii(right));
    case 'prefix':
      return ofTexts((left, right) => left.startsWith(right));
    case 'suffix':
      return ofTexts((left, right) => left.endsWith(right));
    case 'contains':
      return ofTexts((left, right) => left.includes(right));
  }
}

/** Each element is shown to the inner predicate as an event that has nothing but this element. */
function compileNested({ path, part }: Extract<Predicate, { kind: 'nested' }>): Matcher {
  const matches = compileMatcher(part);
  let inner: DocumentEvent | undefined;
  return (view) => {
    const elements = view.elements(path.path);
    if (elements.length === 0) return false;
    if (inner?.networks !== view.networks) inner = new DocumentEvent(view.networks);
    for (const element of elements) {
      const document: Document = {};
      setPath(document, path.path, element);
      inner.point(document);
      if (matches(inner)) return true;
    }
    return false;
  };
}
