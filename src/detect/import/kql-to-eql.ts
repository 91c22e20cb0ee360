/** Kibana's filters beside an EQL query: conditions of KQL as EQL, with the same meaning. */
import type { GlobPart } from '../../base/glob.ts';
import { parseDecimal } from '../../event/document-event-value.ts';
import { fields } from '../../event/field.ts';
import type { EqlExpression, EqlFieldName, EqlText } from '../../query/eql/ast.ts';
import { isLoneStar, type KqlIs, type KqlName, type KqlNode } from '../../query/kql/ast.ts';
import { NotExpressible } from './not-expressible.ts';

const NOWHERE = { start: 0, end: 0 } as const;

/** @throws NotExpressible for words of text fields, bare values, groups of fields and nested objects */
export function kqlToEql(node: KqlNode): EqlExpression {
  switch (node.kind) {
    case 'everything':
      return { kind: 'boolean', value: true, ...NOWHERE };
    case 'and':
    case 'or':
      return { kind: node.kind, parts: node.parts.map(kqlToEql), ...NOWHERE };
    case 'not':
      return { kind: 'not', part: kqlToEql(node.part), ...NOWHERE };
    case 'is':
      return testToEql(node);
    case 'range': {
      const left = fieldOf(node.field);
      return { kind: 'compare', op: node.op, left, right: constantOf(left.name, node.value.value), ...NOWHERE };
    }
    case 'nested':
      throw new NotExpressible('a filter over nested objects beside an EQL query');
  }
}

function testToEql({ field, value, quoted }: KqlIs): EqlExpression {
  const left = fieldOf(field);
  if (isLoneStar(value)) return { kind: 'compare', op: '!=', left, right: { kind: 'null', ...NOWHERE }, ...NOWHERE };
  if (value.kind === 'wildcard') {
    const patterns = [textOf(value.parts.map(patternPart).join(''))];
    return { kind: 'match', op: 'like', left, patterns, isList: false, ...NOWHERE };
  }
  const text = String(value.value);
  const type = fields.find(left.name)?.type;
  if (type === 'text') throw new NotExpressible(`a filter on words of ${left.name} beside an EQL query`);
  if (type === 'ip') {
    return { kind: 'call', name: 'cidrMatch', fold: false, args: [left, textOf(text)], ...NOWHERE };
  }
  if (value.value === null && !quoted) throw new NotExpressible(`a filter asks for the value null of ${left.name}`);
  return { kind: 'compare', op: '==', left, right: constantOf(left.name, text), ...NOWHERE };
}

function fieldOf(name: KqlName | null): EqlFieldName {
  if (name?.kind !== 'literal') throw new NotExpressible('a filter over several fields beside an EQL query');
  // An unknown name is absent in KQL, and an error here without the mark.
  return { kind: 'field', name: name.value, isOptional: fields.find(name.value) === undefined, ...NOWHERE };
}

function constantOf(name: string, text: string): EqlExpression {
  const type = fields.find(name)?.type;
  const number = type === 'long' || type === 'double' ? parseDecimal(text) : undefined;
  if (number !== undefined) {
    return { kind: 'number', value: number, isInteger: Number.isSafeInteger(number), ...NOWHERE };
  }
  if (type === 'boolean' && (text === 'true' || text === 'false')) {
    return { kind: 'boolean', value: text === 'true', ...NOWHERE };
  }
  return textOf(text);
}

function textOf(value: string): EqlText {
  return { kind: 'text', value, ...NOWHERE };
}

/** A star or question mark that is meant as one cannot be written in a pattern of EQL. */
function patternPart(part: GlobPart): string {
  if (part.kind !== 'text') return '*';
  if (/[*?]/.test(part.text)) throw new NotExpressible('a filter with a * or ? as a character beside an EQL query');
  return part.text;
}
