/** Reads conditions: `selection and not 1 of filter_*`. Lists of searches are flat and loops, brackets and `not` recurse. */
import { SmbError } from '../../base/error.ts';
import { placeOf, type SourceText } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { ConditionNode, SigmaCondition } from './condition.ts';

/** Brackets and `not` inside each other; more is nobody's condition and would end the stack. */
const MAX_CONDITION_DEPTH = 100;

/** Names and patterns of one condition. */
const MAX_CONDITION_TERMS = 20_000;

interface Token {
  /** Lower-cased keyword, `(`, `)`, `word`, `end` or a character that does not belong here. */
  readonly kind: 'and' | 'or' | 'not' | '(' | ')' | 'word' | 'end' | 'foreign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * @param source the condition with its place
 * @throws SIGMA-SYNTAX with the place and what was expected
 * @throws SIGMA-UNSUPPORTED for aggregations of old rules, which correlations replaced
 */
export function parseCondition(source: SourceText): SigmaCondition {
  return { source, root: new ConditionParser(source).parse() };
}

class ConditionParser {
  private readonly source: SourceText;
  private readonly pattern = /[A-Za-z0-9_*-]+|\(|\)|\S/gy;
  private token: Token;
  private depth = 0;
  private terms = 0;

  constructor(source: SourceText) {
    this.source = source;
    this.token = this.scan();
  }

  parse(): ConditionNode {
    const first: Token = this.token;
    if (first.kind === 'end') this.fail('This condition is empty.', first, 'name a search, such as selection');
    const root = this.or();
    const rest: Token = this.token;
    if (rest.kind === ')') this.fail('No bracket is open here.', rest, 'take it away');
    if (rest.kind !== 'end') this.unexpected('"and", "or" or the end');
    return root;
  }

  private or(): ConditionNode {
    return this.joined('or', () => this.joined('and', () => this.not()));
  }

  private joined(kind: 'and' | 'or', operand: () => ConditionNode): ConditionNode {
    const first = operand();
    if (this.token.kind !== kind) return first;
    const parts = [first];
    while (this.token.kind === kind) {
      this.next();
      parts.push(operand());
    }
    return { kind, parts, start: first.start, end: parts.at(-1)!.end };
  }

  private not(): ConditionNode {
    const { token } = this;
    if (token.kind !== 'not') return this.primary();
    this.next();
    const part = this.nested(token, () => this.not());
    return { kind: 'not', part, start: token.start, end: part.end };
  }

  private primary(): ConditionNode {
    const { token } = this;
    if (token.kind === '(') {
      this.next();
      const inner = this.nested(token, () => this.or());
      if (this.token.kind !== ')') {
        if (this.token.kind === 'end') this.fail('This bracket is not closed.', token, 'add )');
        this.unexpected('"and", "or" or ")"');
      }
      this.next();
      return inner;
    }
    if (token.kind !== 'word') return this.unexpected('the name of a search, "1 of …", "all of …" or "("');
    if (++this.terms > MAX_CONDITION_TERMS) {
      this.fail(`More than ${MAX_CONDITION_TERMS} names in one condition.`, token, 'use 1 of and all of');
    }
    this.next();
    if (this.token.kind === 'word' && this.token.text.toLowerCase() === 'of') return this.of(token);
    if (token.text.includes('*')) {
      this.fail('A pattern stands behind "1 of" or "all of".', token, `write 1 of ${token.text}`);
    }
    return { kind: 'search', name: token.text, start: token.start, end: token.end };
  }

  private of(quantifier: Token): ConditionNode {
    const word = quantifier.text.toLowerCase();
    if (word !== '1' && word !== 'any' && word !== 'all') {
      const fix = /^\d+$/.test(word) ? 'Sigma knows "1 of" and "all of" only' : 'write "1 of" or "all of"';
      this.fail(`Expected 1, any or all before "of", found "${quantifier.text}".`, quantifier, fix);
    }
    this.next();
    const target = this.token;
    if (target.kind !== 'word') this.unexpected('"them" or a pattern such as selection_*');
    this.next();
    return {
      kind: 'of',
      quantifier: word === 'all' ? 'all' : 'any',
      pattern: target.text.toLowerCase() === 'them' ? undefined : target.text,
      start: quantifier.start,
      end: target.end,
    };
  }

  private nested(at: Token, read: () => ConditionNode): ConditionNode {
    if (++this.depth > MAX_CONDITION_DEPTH) {
      this.fail(
        `More than ${MAX_CONDITION_DEPTH} brackets and "not" inside each other.`,
        at,
        'give parts a search each',
      );
    }
    const node = read();
    this.depth--;
    return node;
  }

  private next(): void {
    this.token = this.scan();
  }

  private scan(): Token {
    const { text } = this.source;
    const blanks = /\s*/y;
    blanks.lastIndex = this.pattern.lastIndex;
    blanks.exec(text);
    this.pattern.lastIndex = blanks.lastIndex;
    const start = blanks.lastIndex;
    const match = this.pattern.exec(text);
    if (!match) {
      this.pattern.lastIndex = text.length;
      return { kind: 'end', text: '', start: text.length, end: text.length };
    }
    const [found] = match;
    const folded = found.toLowerCase();
    const kind =
      folded === 'and' || folded === 'or' || folded === 'not' || folded === '(' || folded === ')'
        ? folded
        : /^[A-Za-z0-9_*-]/.test(found)
          ? 'word'
          : 'foreign';
    return { kind, text: found, start, end: start + found.length };
  }

  private unexpected(expected: string): never {
    const { token } = this;
    if (token.text === '|' || token.text.toLowerCase() === 'near') {
      const place = placeOf(this.source, token.start, this.source.text.length);
      const fix = 'write a correlation document (type: event_count, value_count, temporal …) that names this rule';
      const message = token.text === '|' ? 'Aggregations behind "|" are not run here.' : '"near" is not run here.';
      throw new SmbError('SIGMA-UNSUPPORTED', `${message} Correlations have replaced them.`, { place, fix });
    }
    const found = token.kind === 'end' ? 'the end' : `"${token.text}"`;
    this.fail(`Expected ${expected}, found ${found}.`, token, hintFor(token));
  }

  private fail(message: string, span: Token, fix?: string): never {
    throw new SmbError('SIGMA-SYNTAX', message, { place: placeOf(this.source, span.start, span.end), fix });
  }
}

function hintFor({ kind, text }: Token): string | undefined {
  if (text === '&') return 'write and';
  if (text === '!') return 'write not';
  if (text === '"' || text === "'") return 'names of searches stand without quotes';
  if (text === '.') return 'names of searches hold letters, digits, _ and -';
  if (kind !== 'word') return undefined;
  return didYouMean(text, ['and', 'or']).trim() || 'put "and" or "or" between two searches';
}
