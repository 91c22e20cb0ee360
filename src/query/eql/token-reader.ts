import type { SourceSpan, SourceText } from '../../base/place.ts';
import { EqlLexer, type EqlToken } from './lexer.ts';
import { KEYWORDS } from './words.ts';

/** Characters of a token that a message quotes. */
const SHOWN = 40;

/** The token at the position and what can be asked of it; both parsers read through it. */
export class TokenReader {
  token: EqlToken;
  /** Offset behind the token read last. */
  lastEnd = 0;
  private readonly lexer: EqlLexer;

  /** @throws EQL-SYNTAX when the first token cannot be read */
  constructor(source: SourceText) {
    this.lexer = new EqlLexer(source);
    this.token = this.lexer.next();
  }

  /** Moves behind the token. @returns the token */
  advance(): EqlToken {
    const { token } = this;
    this.lastEnd = token.end;
    this.token = this.lexer.next();
    return token;
  }

  isSign(...signs: readonly string[]): boolean {
    return this.token.kind === 'sign' && signs.includes(this.token.text);
  }

  isWord(word: string): boolean {
    return this.token.kind === 'name' && this.token.isPlain && !this.token.hasTilde && this.token.text === word;
  }

  /** Whether the token is a keyword with or without `~`. */
  isKeyword(): boolean {
    return this.token.kind === 'name' && this.token.isPlain && KEYWORDS.has(this.token.text);
  }

  /** Moves behind a sign that stands at the position. */
  eatSign(sign: string): boolean {
    if (!this.isSign(sign)) return false;
    this.advance();
    return true;
  }

  /** Moves behind a keyword that stands at the position. */
  eatWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.advance();
    return true;
  }

  /** @throws EQL-SYNTAX when another token stands here */
  expectSign(sign: string, fix?: string): void {
    if (!this.eatSign(sign)) this.failExpected(`"${sign}"`, fix);
  }

  /** @throws EQL-SYNTAX always */
  fail(message: string, span: SourceSpan = this.token, fix?: string): never {
    return this.lexer.fail(message, span, fix);
  }

  /** Something else stands here. @throws EQL-SYNTAX always */
  failExpected(what: string, fix?: string): never {
    return this.fail(`expected ${what}, found ${this.found()}`, this.token, fix ?? this.fixOfToken());
  }

  /** What stands at the position, for messages. */
  found(): string {
    const { token } = this;
    if (token.kind === 'end') return 'the end';
    const written = this.lexer.source.text.slice(token.start, token.end);
    return token.kind === 'text' ? clip(written) : `"${clip(written)}"`;
  }

  /** What to write instead of a token that hardly anybody means. */
  private fixOfToken(): string | undefined {
    const { token } = this;
    if (token.kind === 'sign' && token.text === '=') return 'write == to compare';
    if (token.kind === 'sign' && token.text === '!') return 'write not';
    const keyword = this.capitalKeyword();
    return keyword && `keywords are in lower case: write ${keyword}`;
  }

  /** The keyword that a word in capitals means. */
  capitalKeyword(): string | undefined {
    const { token } = this;
    if (token.kind !== 'name' || !token.isPlain) return undefined;
    const lower = token.text.toLowerCase();
    return lower !== token.text && KEYWORDS.has(lower) ? lower : undefined;
  }

  /** A name or value is needed, and something else stands here. @throws EQL-SYNTAX always */
  failNoName(what: string): never {
    const { token } = this;
    const isKeyword = token.kind === 'name' && this.isKeyword();
    const fix = isKeyword ? `"${token.text}" is a keyword; for a name write \`${token.text}\`` : undefined;
    return this.failExpected(what, fix);
  }
}

function clip(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
