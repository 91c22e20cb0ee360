import type { SourceSpan } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import {
  type EqlComparison,
  type EqlConstant,
  type EqlExpression,
  type EqlFieldName,
  type EqlText,
  type EqlTextOperator,
  isConstant,
} from './ast.ts';
import { EQL_FUNCTIONS } from './functions.ts';
import type { TokenReader } from './token-reader.ts';
import { ENDGAME_FUNCTIONS, ENDGAME_RELATIONS } from './words.ts';

/** Brackets, functions and operators inside each other; a tree of a hundred thousand levels would end the stack. */
export const MAX_EQL_DEPTH = 200;

type Call = Extract<EqlExpression, { kind: 'call' }>;

/** Reads conditions and values, by recursive descent with one token of look-ahead. */
export class ExpressionParser {
  private readonly tokens: TokenReader;
  /** Levels above the position. */
  private depth = 0;
  /** Levels of the node read last, itself included. */
  private height = 0;

  constructor(tokens: TokenReader) {
    this.tokens = tokens;
  }

  /** @throws EQL-SYNTAX when no condition stands here */
  condition(): EqlExpression {
    return this.chain('or', () => this.chain('and', () => this.not()));
  }

  /** A field, perhaps with `?`, as a key. @throws EQL-SYNTAX when none stands here */
  fieldName(what: string): EqlFieldName {
    const { start } = this.tokens.token;
    const isOptional = this.tokens.eatSign('?');
    const { token } = this.tokens;
    if (token.kind !== 'name' || token.hasTilde || this.tokens.isKeyword()) return this.tokens.failNoName(what);
    this.tokens.advance();
    return { kind: 'field', name: token.text, isOptional, start, end: token.end };
  }

  private chain(kind: 'and' | 'or', part: () => EqlExpression): EqlExpression {
    const first = part();
    if (!this.tokens.isWord(kind)) return first;
    const parts = [first];
    let { height } = this;
    while (this.tokens.eatWord(kind)) {
      parts.push(part());
      height = Math.max(height, this.height);
    }
    return this.made({ kind, parts, start: first.start, end: this.tokens.lastEnd }, height);
  }

  private not(): EqlExpression {
    const { start } = this.tokens.token;
    if (!this.tokens.eatWord('not')) return this.comparison();
    const part = this.inside(() => this.not());
    return this.made({ kind: 'not', part, start, end: part.end }, this.height);
  }

  private comparison(): EqlExpression {
    const left = this.sum();
    const { tokens, height } = this;
    if (tokens.isSign('==', '!=', '<', '<=', '>', '>=')) {
      const op = signOf(tokens) as EqlComparison;
      const right = this.sum();
      if (tokens.isSign('==', '!=', '<', '<=', '>', '>=')) {
        tokens.fail('comparisons cannot be chained', tokens.token, 'join two of them with and');
      }
      return this.made(
        { kind: 'compare', op, left, right, start: left.start, end: right.end },
        Math.max(height, this.height),
      );
    }
    const operator = this.textOperator();
    if (operator !== undefined) return this.made(this.match(left, operator), height);
    const isNegated = tokens.eatWord('not');
    if (tokens.token.kind === 'name' && tokens.token.isPlain && tokens.token.text === 'in') {
      return this.made(this.membership(left, isNegated), height);
    }
    if (isNegated) tokens.failExpected('"in"', 'write not before the whole comparison: not field like "…"');
    this.height = height;
    return left;
  }

  /** Moves behind `:`, `like`, `regex` and their kin. */
  private textOperator(): EqlTextOperator | undefined {
    const { tokens } = this;
    const { token } = tokens;
    if (tokens.eatSign(':')) return ':';
    if (token.kind !== 'name' || !token.isPlain || (token.text !== 'like' && token.text !== 'regex')) return undefined;
    tokens.advance();
    return token.hasTilde ? `${token.text}~` : token.text;
  }

  private match(left: EqlExpression, op: EqlTextOperator): EqlExpression {
    const { tokens } = this;
    const isList = tokens.eatSign('(');
    const patterns = isList ? this.list(() => this.pattern(op)) : [this.pattern(op)];
    return { kind: 'match', op, left, patterns, isList, start: left.start, end: tokens.lastEnd };
  }

  private pattern(op: EqlTextOperator): EqlText {
    const { tokens } = this;
    const { token } = tokens;
    if (token.kind === 'text') {
      tokens.advance();
      return token;
    }
    const isValue =
      token.kind === 'number' || (token.kind === 'name' && ['true', 'false', 'null'].includes(token.text));
    const fix = isValue ? `"${op}" is for texts; write ==` : undefined;
    return tokens.failExpected('a text in double quotes', fix);
  }

  private membership(left: EqlExpression, isNegated: boolean): EqlExpression {
    const { tokens } = this;
    const token = tokens.advance();
    tokens.expectSign('(', 'write a list: in ("a", "b")');
    const values = this.list(() => this.constant());
    const fold = token.kind === 'name' && token.hasTilde;
    return { kind: 'in', fold, isNegated, left, values, start: left.start, end: tokens.lastEnd };
  }

  /** One part or several with commas, up to the closing bracket; the opening one is read. */
  private list<T>(part: () => T): T[] {
    const parts = [part()];
    while (this.tokens.eatSign(',')) parts.push(part());
    if (!this.tokens.eatSign(')')) this.tokens.failExpected('"," or ")"', 'commas stand between the values of a list');
    return parts;
  }

  private constant(): EqlConstant {
    const { token } = this.tokens;
    const value = this.tokens.isSign('-', '+') || isConstantToken(this.tokens) ? this.unary() : undefined;
    if (value && isConstant(value)) return value;
    return this.tokens.fail(
      `expected a constant, found ${this.tokens.found()}`,
      token,
      'lists hold texts, numbers, true or false',
    );
  }

  private sum(): EqlExpression {
    return this.operations(['+', '-'], () => this.operations(['*', '/', '%'], () => this.unary()));
  }

  private operations(signs: readonly string[], part: () => EqlExpression): EqlExpression {
    let left = part();
    while (this.tokens.isSign(...signs)) {
      const { height } = this;
      const op = signOf(this.tokens) as '+';
      const right = part();
      left = this.made(
        { kind: 'arithmetic', op, left, right, start: left.start, end: right.end },
        Math.max(height, this.height),
      );
    }
    return left;
  }

  private unary(): EqlExpression {
    const { start } = this.tokens.token;
    if (!this.tokens.isSign('-', '+')) return this.primary();
    const op = signOf(this.tokens) as '-' | '+';
    const part = this.inside(() => this.unary());
    if (part.kind === 'number') {
      // The sign of a number belongs to it; there is no negative zero.
      return { ...part, value: op === '-' && part.value !== 0 ? -part.value : part.value, start };
    }
    return this.made({ kind: 'sign', op, part, start, end: part.end }, this.height);
  }

  private primary(): EqlExpression {
    const { tokens } = this;
    const { token } = tokens;
    this.height = 1;
    if (token.kind === 'text' || token.kind === 'number') {
      tokens.advance();
      return token;
    }
    if (tokens.isSign('?')) return this.fieldName('the name of a field');
    if (tokens.eatSign('(')) return this.group(token);
    if (token.kind !== 'name') return this.failNoValue();
    const span = { start: token.start, end: token.end };
    if (tokens.eatWord('null')) return { kind: 'null', ...span };
    if (tokens.isWord('true') || tokens.isWord('false')) {
      tokens.advance();
      return { kind: 'boolean', value: token.text === 'true', ...span };
    }
    if (tokens.isKeyword() || tokens.capitalKeyword()) return this.failNoValue();
    tokens.advance();
    if (tokens.isSign('(')) return this.call(token.text, token.hasTilde, span);
    if (token.hasTilde) tokens.fail('a ~ stands behind like, regex, in or the name of a function', span);
    this.refuseForeign(token.text, span);
    return { kind: 'field', name: token.text, isOptional: false, ...span };
  }

  /** Constructs of the older dialect that look like a field at first. */
  private refuseForeign(name: string, span: SourceSpan): void {
    const { tokens } = this;
    if (ENDGAME_RELATIONS.has(name) && tokens.isWord('of')) {
      tokens.fail(`"${name} of" belongs to the older Endgame dialect and is not supported`, span, 'write a sequence');
    }
    if (tokens.isSign('[')) {
      tokens.fail('single values of a field cannot be picked', tokens.token, 'a test is true when any value passes it');
    }
  }

  private group(open: SourceSpan): EqlExpression {
    const { tokens } = this;
    const inner = this.inside(() => this.condition());
    if (tokens.token.kind === 'end') tokens.fail('this bracket is not closed', open, 'add a )');
    if (!tokens.eatSign(')')) tokens.failExpected('an operator or ")"');
    return inner;
  }

  private call(written: string, hasTilde: boolean, span: SourceSpan): Call {
    const { tokens } = this;
    const lower = written.toLowerCase();
    const known = EQL_FUNCTIONS.get(lower);
    if (!known) {
      const foreign = Object.hasOwn(ENDGAME_FUNCTIONS, lower) ? ENDGAME_FUNCTIONS[lower] : undefined;
      if (foreign) tokens.fail(`${written} belongs to the older Endgame dialect and is not supported`, span, foreign);
      const near = didYouMean(
        written,
        [...EQL_FUNCTIONS.values()].map(({ name }) => name),
      );
      return tokens.fail(`there is no function ${written}.${near}`, span);
    }
    if (hasTilde && !known.canFold) tokens.fail(`${known.name} compares no letters and has no form with ~`, span);
    const open = tokens.advance();
    let height = 1;
    const args = this.inside(() => {
      if (tokens.isSign(')')) return [];
      const parts: EqlExpression[] = [];
      do {
        parts.push(this.condition());
        height = Math.max(height, this.height);
      } while (tokens.eatSign(','));
      return parts;
    });
    if (tokens.token.kind === 'end') tokens.fail('this bracket is not closed', open, 'add a )');
    if (!tokens.eatSign(')')) tokens.failExpected('"," or ")"');
    return this.made(
      { kind: 'call', name: known.name, fold: hasTilde, args, start: span.start, end: tokens.lastEnd },
      height,
    );
  }

  private failNoValue(): never {
    const { tokens } = this;
    if (tokens.isSign(')')) return tokens.failExpected('a value', 'put a condition or value between the brackets');
    return tokens.failNoName('a value');
  }

  /** Reads something one level deeper. */
  private inside<T>(read: () => T): T {
    if (++this.depth > MAX_EQL_DEPTH) this.failDepth(this.tokens.token);
    const inner = read();
    this.depth--;
    return inner;
  }

  /** A node over parts of a height. */
  private made<T extends EqlExpression>(node: T, partHeight: number): T {
    this.height = partHeight + 1;
    if (this.height > MAX_EQL_DEPTH) this.failDepth({ start: node.end - 1, end: node.end });
    return node;
  }

  private failDepth(span: SourceSpan): never {
    return this.tokens.fail(
      `more than ${MAX_EQL_DEPTH} brackets or operations inside each other`,
      span,
      'write lists such as field : ("a", "b"), and split the condition',
    );
  }
}

function signOf(tokens: TokenReader): string {
  const token = tokens.advance();
  return token.kind === 'sign' ? token.text : '';
}

function isConstantToken(tokens: TokenReader): boolean {
  const { kind } = tokens.token;
  return kind === 'text' || kind === 'number' || ['true', 'false', 'null'].some((word) => tokens.isWord(word));
}
