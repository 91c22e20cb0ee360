/**
 * Reads literals. KQL has no tokens apart from its grammar: blanks belong to a literal, and a word is a keyword only with
 * blanks around it, so the parser reads characters through this class.
 */
import { SmbError } from '../../base/error.ts';
import type { GlobPart } from '../../base/glob.ts';
import { placeOf, type SourceSpan, type SourceText } from '../../base/place.ts';
import type { KqlValue } from './ast.ts';
import { ESCAPES, isBlankAt, keywordAt, SPECIAL, skipBlanks } from './characters.ts';

/** A literal as read: a text, a constant or a pattern. */
export interface KqlLiteral {
  readonly value: KqlValue;
  readonly quoted: boolean;
}

/** A position in a query. */
export class KqlReader {
  readonly source: SourceText;
  readonly text: string;
  at = 0;
  /** The literal read last, for messages about what stands behind it. */
  last: SourceSpan & { readonly quoted: boolean } = { start: 0, end: 0, quoted: true };

  constructor(source: SourceText) {
    this.source = source;
    this.text = source.text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The unit at the position; empty at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  skipBlanks(): void {
    this.at = skipBlanks(this.text, this.at);
  }

  /** Moves behind a text that stands at the position. */
  eat(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Moves behind `and` or `or` with blanks on both sides. */
  eatOperator(word: 'and' | 'or'): boolean {
    const start = skipBlanks(this.text, this.at);
    if (start === this.at || keywordAt(this.text, start) !== word) return false;
    this.at = skipBlanks(this.text, start + word.length);
    return true;
  }

  /** Moves behind `not` with blanks behind it. */
  eatNot(): boolean {
    if (keywordAt(this.text, this.at) !== 'not') return false;
    this.at = skipBlanks(this.text, this.at + 3);
    return true;
  }

  /** What stands at the position, for messages. */
  found(): string {
    if (this.isAtEnd) return 'the end';
    const word = keywordAt(this.text, this.at);
    if (word) return `"${this.text.slice(this.at, this.at + word.length)}"`;
    return `"${String.fromCodePoint(this.text.codePointAt(this.at)!)}"`;
  }

  /** @throws KQL-SYNTAX always */
  fail(message: string, start: number, end: number, fix: string | undefined): never {
    throw new SmbError('KQL-SYNTAX', message, { place: placeOf(this.source, start, end), fix });
  }

  /** @returns the literal at the position, or undefined when none starts here */
  literal(): KqlLiteral | undefined {
    const literal = this.next === '"' ? this.quoted() : this.unquoted();
    if (literal) this.last = { start: literal.value.start, end: literal.value.end, quoted: literal.quoted };
    return literal;
  }

  private quoted(): KqlLiteral {
    const { text } = this;
    const start = this.at++;
    let value = '';
    let from = this.at;
    for (;;) {
      if (this.isAtEnd) {
        this.fail(
          'this quote is not closed',
          start,
          start + 1,
          'add a " behind the text, or write \\" for the character',
        );
      }
      const c = this.next;
      if (c === '"') break;
      if (c !== '\\') {
        this.at++;
        continue;
      }
      value += text.slice(from, this.at);
      value += this.quotedEscape();
      from = this.at;
    }
    value += text.slice(from, this.at);
    this.at++;
    return { value: { kind: 'literal', value, start, end: this.at }, quoted: true };
  }

  /** A backslash before anything but the known escapes is a plain backslash. */
  private quotedEscape(): string {
    const c = this.text.charAt(this.at + 1);
    if (c === '\\' || c === '"') return this.take(2, c);
    if (Object.hasOwn(ESCAPES, c)) return this.take(2, ESCAPES[c]!);
    return this.unicodeEscape() ?? this.take(1, '\\');
  }

  private unquoted(): KqlLiteral | undefined {
    const { text } = this;
    const start = this.at;
    const parts: GlobPart[] = [];
    let run = '';
    let isPlain = true;
    let end = start;
    while (!this.isAtEnd) {
      const c = this.next;
      if (isBlankAt(text, this.at)) {
        const behind = skipBlanks(text, this.at);
        if (behind >= text.length || keywordAt(text, behind) || endsLiteral(text.charAt(behind))) break;
        run += text.slice(this.at, behind);
        this.at = behind;
        continue;
      }
      if (this.at === start && keywordAt(text, start) === 'not') break;
      if (c === '*') {
        if (run !== '') parts.push({ kind: 'text', text: run });
        run = '';
        if (parts.at(-1)?.kind !== 'star') parts.push({ kind: 'star' });
        this.at++;
      } else if (c === '\\') {
        isPlain = false;
        run += this.unquotedEscape();
      } else if (SPECIAL.includes(c)) {
        break;
      } else {
        const from = this.at;
        do this.at++;
        while (!this.isAtEnd && !SPECIAL.includes(this.next) && !isBlankAt(text, this.at));
        run += text.slice(from, this.at);
      }
      end = this.at;
    }
    if (end === start) return undefined;
    this.at = end;
    if (parts.length === 0) {
      const value = isPlain ? constantOf(run) : run;
      return { value: { kind: 'literal', value, start, end }, quoted: false };
    }
    if (run !== '') parts.push({ kind: 'text', text: run });
    return { value: { kind: 'wildcard', parts, start, end }, quoted: false };
  }

  private unquotedEscape(): string {
    const { text, at } = this;
    const c = text.charAt(at + 1);
    const keyword = /^\\(and|or|not(?![A-Za-z0-9_]))/i.exec(text.slice(at, at + 5));
    if (keyword) return this.take(keyword[0].length, keyword[1]!);
    if (c !== '' && SPECIAL.includes(c)) return this.take(2, c);
    if (Object.hasOwn(ESCAPES, c)) return this.take(2, ESCAPES[c]!);
    const unicode = this.unicodeEscape();
    if (unicode !== undefined) return unicode;
    const found = c === '' ? 'the end' : `"${String.fromCodePoint(text.codePointAt(at + 1)!)}"`;
    return this.fail(`a backslash cannot stand before ${found}`, at, at + 2, 'write \\\\ for a backslash');
  }

  private unicodeEscape(): string | undefined {
    const digits = this.text.slice(this.at + 2, this.at + 6);
    if (this.text.charAt(this.at + 1) !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) return undefined;
    return this.take(6, String.fromCharCode(Number.parseInt(digits, 16)));
  }

  private take(length: number, value: string): string {
    this.at += length;
    return value;
  }
}

/** A star and an escape go on with a literal behind a blank; other special characters end it. */
function endsLiteral(c: string): boolean {
  return c !== '*' && c !== '\\' && SPECIAL.includes(c);
}

function constantOf(text: string): string | boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return text === 'null' ? null : text;
}
