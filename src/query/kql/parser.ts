/** Recursive descent over the grammar of docs/kql.md; every bracket is one level, and levels are limited. */
import type { SourceText } from '../../base/place.ts';
import { fields } from '../../event/field.ts';
import type { KqlIs, KqlName, KqlNode, KqlRange } from './ast.ts';
import { patternText } from './ast.ts';
import { isBlankAt, keywordAt } from './characters.ts';
import { type KqlLiteral, KqlReader } from './reader.ts';

/** Brackets inside each other. People need fewer than ten; more than this would end the stack. */
export const MAX_KQL_DEPTH = 500;

/**
 * @param source the query with its place in a file
 * @returns the tree; an empty query is `everything`
 * @throws KQL-SYNTAX with place and, where one is known, the fix
 */
export function parseKql(source: SourceText): KqlNode {
  return new Parser(source).query();
}

class Parser {
  private readonly reader: KqlReader;
  private depth = 0;

  constructor(source: SourceText) {
    this.reader = new KqlReader(source);
  }

  query(): KqlNode {
    const { reader } = this;
    reader.skipBlanks();
    if (reader.isAtEnd) return { kind: 'everything', start: 0, end: reader.text.length };
    const node = this.or(this.condition);
    reader.skipBlanks();
    if (!reader.isAtEnd) this.failBehindCondition('the end');
    return node;
  }

  /** Conditions and lists of values share `or`, `and` and `not`; `leaf` reads what is between them. */
  private or(leaf: () => KqlNode): KqlNode {
    const start = this.reader.at;
    const parts = [this.and(leaf)];
    while (this.reader.eatOperator('or')) parts.push(this.and(leaf));
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts, start, end: this.reader.at };
  }

  private and(leaf: () => KqlNode): KqlNode {
    const start = this.reader.at;
    const parts = [this.not(leaf)];
    while (this.reader.eatOperator('and')) parts.push(this.not(leaf));
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts, start, end: this.reader.at };
  }

  private not(leaf: () => KqlNode): KqlNode {
    const { reader } = this;
    const start = reader.at;
    if (!reader.eatNot()) return leaf();
    if (keywordAt(reader.text, reader.at) === 'not') {
      reader.fail(
        'expected a condition, found "not"',
        reader.at,
        reader.at + 3,
        'put the inner one in brackets: not (not …)',
      );
    }
    const part = leaf();
    return { kind: 'not', part, start, end: reader.at };
  }

  /** `sub` of the grammar: a group, a nested query, a range, a field with values, or a bare value. */
  private readonly condition = (): KqlNode => {
    const { reader } = this;
    if (reader.next === '(') return this.group(this.condition);
    const literal = reader.literal();
    if (!literal) return this.failNoValue('a condition');
    const end = reader.at;
    reader.skipBlanks();
    if (reader.next === ':') return this.fieldValue(nameOf(literal));
    if (reader.next === '<' || reader.next === '>') return this.range(nameOf(literal));
    reader.at = end;
    return isOf(null, literal);
  };

  /** `( … )` around conditions or values. */
  private group(leaf: () => KqlNode): KqlNode {
    const { reader } = this;
    const start = reader.at;
    this.enter(1);
    reader.skipBlanks();
    const node = this.or(leaf);
    this.leave(start, ')');
    return node;
  }

  private fieldValue(field: KqlName): KqlNode {
    const { reader } = this;
    reader.at++;
    reader.skipBlanks();
    const start = reader.at;
    if (reader.next === '{') {
      this.enter(1);
      reader.skipBlanks();
      const query = this.or(this.condition);
      this.leave(start, '}');
      return { kind: 'nested', path: field, query, start: field.start, end: reader.at };
    }
    if (reader.next === '<' || reader.next === '>') {
      reader.fail(
        `expected a value, found ${reader.found()}`,
        start,
        start + 1,
        `write ${textOf(field)} ${reader.next} … without the colon`,
      );
    }
    const value = (): KqlNode => {
      if (reader.next === '(') return this.group(value);
      const literal = reader.literal();
      return literal ? isOf(field, literal) : this.failNoValue('a value');
    };
    return value();
  }

  private range(field: KqlName): KqlRange {
    const { reader } = this;
    const op = reader.eat('<=') ? '<=' : reader.eat('>=') ? '>=' : reader.eat('<') ? '<' : '>';
    if (op === '>') reader.at++;
    reader.skipBlanks();
    if (reader.next === '(') {
      reader.fail(
        'expected one value, found "("',
        reader.at,
        reader.at + 1,
        `compare with one value at a time: ${textOf(field)} ${op} 1 or ${textOf(field)} ${op} 2`,
      );
    }
    const literal = reader.literal();
    if (!literal) return this.failNoValue('a value');
    const { start, end } = literal.value;
    const value = literal.value.kind === 'wildcard' ? patternText(literal.value.parts) : String(literal.value.value);
    return { kind: 'range', field, op, value: { kind: 'literal', value, start, end }, start: field.start, end };
  }

  private enter(length: number): void {
    const { reader } = this;
    if (++this.depth > MAX_KQL_DEPTH) {
      const fix = 'write a list such as field:(a or b) instead of brackets in brackets';
      reader.fail(`more than ${MAX_KQL_DEPTH} brackets inside each other`, reader.at, reader.at + 1, fix);
    }
    reader.at += length;
  }

  private leave(open: number, close: ')' | '}'): void {
    const { reader } = this;
    reader.skipBlanks();
    if (reader.isAtEnd) {
      const bracket = reader.text.charAt(open);
      reader.fail(
        'this bracket is not closed',
        open,
        open + 1,
        `add a ${close}, or write \\${bracket} for the character`,
      );
    }
    if (!reader.eat(close)) this.failBehindCondition(`"${close}"`);
    this.depth--;
  }

  /** Nothing that could be a value stands here. */
  private failNoValue(what: string): never {
    const { reader } = this;
    const found = reader.found();
    const at = reader.isAtEnd ? reader.text.length : reader.at;
    return reader.fail(
      `expected ${what}, found ${found}`,
      at,
      at + Math.max(1, found.length - 2),
      this.fixOfNoValue(what),
    );
  }

  private fixOfNoValue(what: string): string {
    const { reader } = this;
    const c = reader.next;
    if (c === ')') return 'put one value or a list such as (a or b) between the brackets';
    if (keywordAt(reader.text, reader.at) === 'not') return 'write not before the field: not field:value';
    if (c !== '') return `write \\${c} for the character, or put the text in quotes`;
    return what === 'a value'
      ? 'write a value, or * for "the field is there"'
      : 'write a condition, or take away the last word';
  }

  /** A whole condition was read, and neither `and`, `or` nor what closes it follows. */
  private failBehindCondition(close: string): never {
    const { reader } = this;
    const { text, at } = reader;
    const expected = `expected "and", "or" or ${close}`;
    const keyword = /^(?:and|or)(?![^\s(){}":<>*\\])/i.exec(text.slice(at, at + 4))?.[0];
    if (keyword) {
      const fix = `put a blank before and behind "${keyword}"`;
      reader.fail(`${expected}, found "${keyword}" without blanks around it`, at, at + keyword.length, fix);
    }
    return reader.fail(`${expected}, found ${reader.found()}`, at, at + 1, this.fixBehindCondition());
  }

  private fixBehindCondition(): string | undefined {
    const { reader } = this;
    const { text, at, last } = reader;
    const c = reader.next;
    const literal = last.quoted ? '' : text.slice(last.start, last.end);
    const touches = last.end === at || /^[ \t\r\n\u00a0]*$/.test(text.slice(last.end, at));
    if (touches && c === '(') {
      const word = /(?:^|[ \t\r\n\u00a0])(and|or|not)$/i.exec(literal)?.[1];
      if (word) return `put a blank behind "${word}"`;
    }
    if (c === ':' && touches) return fixOfColon(text, last.start, literal);
    if (keywordAt(text, at) === 'not')
      return 'write "and not"; for the word itself write \\not or put the text in quotes';
    if (c === ')' || c === '}') return `take it away, or write \\${c} for the character`;
    if (c === '(' || c === '{' || c === '<' || c === '>')
      return `join two conditions with and; for the character write \\${c}`;
    return 'join two conditions with and';
  }
}

/** What to write instead of a second colon: an operator, or quotes. */
function fixOfColon(text: string, start: number, literal: string): string {
  const foreign = /(?:^|\s)(&&|\|\|)(?:\s|$)/.exec(literal)?.[1];
  if (foreign) return `write ${foreign === '&&' ? 'and' : 'or'} instead of ${foreign}`;
  const words = literal.split(/[ \t\r\n\u00a0]+/);
  const name = words.at(-1)!;
  if (words.length > 1 && fields.find(name)) return `join two conditions with and: … and ${name}:…`;
  let end = start;
  while (end < text.length && end - start < 60 && !isBlankAt(text, end) && !'(){}"'.includes(text.charAt(end))) end++;
  const value = text.slice(start, end);
  const quoted = value === '' ? 'in quotes' : `in quotes: "${value}"`;
  return `write \\: for a colon inside a value, or put the value ${quoted}`;
}

function isOf(field: KqlName | null, { value, quoted }: KqlLiteral): KqlIs {
  return { kind: 'is', field, value, quoted, start: value.start, end: value.end };
}

/** A literal before `:` or a comparison; constants are plain words there. */
function nameOf({ value }: KqlLiteral): KqlName {
  return value.kind === 'wildcard' ? value : { ...value, value: String(value.value) };
}

/** A name for messages. */
function textOf(name: KqlName): string {
  return name.kind === 'wildcard' ? patternText(name.parts) : name.value;
}
