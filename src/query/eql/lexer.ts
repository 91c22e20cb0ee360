/** Cuts a query into tokens, one at a time. */
import { SmbError } from '../../base/error.ts';
import { placeOf, type SourceSpan, type SourceText } from '../../base/place.ts';
import { clipMessage } from '../remarks.ts';
import { decodeText } from './text-literal.ts';

/** Signs of the language, longest first. */
const SIGNS = [
  '==',
  '!=',
  '<=',
  '>=',
  '=',
  '<',
  '>',
  ':',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  '[',
  ']',
  ',',
  '|',
  '!',
  '?',
];

/** A token. `isPlain`: one word without backticks, which may be a keyword; `hasTilde`: a `~` follows at once. */
export type EqlToken = SourceSpan &
  (
    | { readonly kind: 'name'; readonly text: string; readonly isPlain: boolean; readonly hasTilde: boolean }
    | { readonly kind: 'number'; readonly value: number; readonly isInteger: boolean }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'sign'; readonly text: string }
    | { readonly kind: 'end' }
  );

const WORD = /[A-Za-z_@][A-Za-z0-9_]*/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;

/** What foreign signs are called here. */
const FOREIGN: Readonly<Record<string, string>> = { '&&': 'write and', '||': 'write or', '<>': 'write !=' };

/** A position in a query. */
export class EqlLexer {
  readonly source: SourceText;
  private readonly text: string;
  private at = 0;

  constructor(source: SourceText) {
    this.source = source;
    this.text = source.text;
  }

  /** @throws EQL-SYNTAX always */
  fail(message: string, { start, end }: SourceSpan, fix?: string): never {
    const place = placeOf(this.source, start, end);
    throw new SmbError('EQL-SYNTAX', clipMessage(message), { place, fix: fix && clipMessage(fix) });
  }

  /**
   * @returns the token at the position, and moves behind it
   * @throws EQL-SYNTAX when none starts here
   */
  next(): EqlToken {
    this.skipBlanks();
    const { text, at: start } = this;
    if (start >= text.length) return { kind: 'end', start, end: start };
    const c = text.charAt(start);
    if (c === '"') return this.quoted();
    const number = this.take(NUMBER);
    if (number !== undefined) return this.number(number, start);
    if (this.startsName(start)) return this.name();
    const foreign = FOREIGN[text.slice(start, start + 2)];
    if (foreign) this.fail(`EQL has no "${text.slice(start, start + 2)}"`, { start, end: start + 2 }, foreign);
    const sign = SIGNS.find((one) => text.startsWith(one, start));
    if (sign === undefined) return this.failAtCharacter(start);
    this.at += sign.length;
    return { kind: 'sign', text: sign, start, end: this.at };
  }

  private failAtCharacter(start: number): never {
    const c = String.fromCodePoint(this.text.codePointAt(start)!);
    const span = { start, end: start + c.length };
    if (c === "'")
      this.fail('text stands in double quotes', span, 'write "…"; in a shell put the query in single quotes');
    if (c === '~') this.fail('a ~ stands directly behind like, regex, in or the name of a function', span);
    return this.fail(`"${c}" has no meaning here`, span, 'put text in double quotes and odd names in backticks');
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private skipBlanks(): void {
    const { text } = this;
    for (;;) {
      const unit = text.charCodeAt(this.at);
      if (unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0) this.at++;
      else if (text.startsWith('//', this.at)) {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end;
      } else if (text.startsWith('/*', this.at)) this.skipComment();
      else return;
    }
  }

  /** Comments may stand in comments. */
  private skipComment(): void {
    const start = this.at;
    const edge = /\/\*|\*\//g;
    edge.lastIndex = start;
    let depth = 0;
    do {
      const found = edge.exec(this.text);
      if (!found) return this.fail('this comment is not closed', { start, end: start + 2 }, 'add */ behind it');
      depth += found[0] === '/*' ? 1 : -1;
    } while (depth > 0);
    this.at = edge.lastIndex;
  }

  private number(written: string, start: number): EqlToken {
    const value = Number(written);
    const span = { start, end: this.at };
    if (!Number.isFinite(value)) this.fail('this number is too large', span, 'numbers go up to 1.7e308');
    return { kind: 'number', value, isInteger: /^\d+$/.test(written) && value <= 2 ** 63, ...span };
  }

  private startsName(at: number): boolean {
    return /[A-Za-z_@`]/.test(this.text.charAt(at));
  }

  private name(): EqlToken {
    const { text, at: start } = this;
    let isPlain = text.charAt(start) !== '`';
    let name = this.namePart();
    while (text.charAt(this.at) === '.' && this.startsName(this.at + 1)) {
      this.at++;
      name += `.${this.namePart()}`;
      isPlain = false;
    }
    const hasTilde = text.charAt(this.at) === '~';
    if (hasTilde) this.at++;
    return { kind: 'name', text: name, isPlain, hasTilde, start, end: this.at };
  }

  private namePart(): string {
    const { text, at: start } = this;
    if (text.charAt(start) !== '`') return this.take(WORD)!;
    let end = text.indexOf('`', start + 1);
    while (end >= 0 && text.charAt(end + 1) === '`') end = text.indexOf('`', end + 2);
    if (end < 0) this.fail('this backtick is not closed', { start, end: start + 1 }, 'add a ` behind the name');
    this.at = end + 1;
    if (end === start + 1) return this.fail('there is no name between the backticks', { start, end: end + 1 });
    return text.slice(start + 1, end).replaceAll('``', '`');
  }

  private quoted(): EqlToken {
    const { start, end, value } = decodeText(this.text, this.at, (...failure) => this.fail(...failure));
    this.at = end;
    return { kind: 'text', value, start, end };
  }
}
