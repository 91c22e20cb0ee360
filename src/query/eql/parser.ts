/** The grammar of queries; conditions are read by expression-parser.ts, what must fit together is checked by structure.ts. */
import type { SourceText } from '../../base/place.ts';
import type { EqlEventClause, EqlFieldName, EqlItem, EqlPipeNode, EqlTree } from './ast.ts';
import { ExpressionParser } from './expression-parser.ts';
import { checkStructure } from './structure.ts';
import { TokenReader } from './token-reader.ts';
import { ENDGAME_PIPES, SPAN_UNITS } from './words.ts';

/**
 * @param source the query with its place in a file
 * @throws EQL-SYNTAX with place and, where it is known, what to write instead
 */
export function parseEql(source: SourceText): EqlTree {
  const tokens = new TokenReader(source);
  const tree = new QueryParser(tokens).query();
  checkStructure(tree, (...failure) => tokens.fail(...failure));
  return tree;
}

class QueryParser {
  private readonly tokens: TokenReader;
  private readonly expressions: ExpressionParser;

  constructor(tokens: TokenReader) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  query(): EqlTree {
    const { tokens } = this;
    const { start } = tokens.token;
    const query = tokens.isWord('sequence') ? this.sequence() : tokens.isWord('sample') ? this.sample() : this.single();
    const pipes: EqlPipeNode[] = [];
    while (tokens.isSign('|')) pipes.push(this.pipe());
    if (tokens.token.kind !== 'end') this.failBehindQuery(query.kind);
    return { ...query, pipes, start, end: tokens.lastEnd };
  }

  private single() {
    this.refuseJoin();
    return { kind: 'event' as const, event: this.event() };
  }

  private sequence() {
    const { tokens } = this;
    tokens.advance();
    const by = this.keys();
    const maxspanMs = tokens.isWord('with') ? this.maxspan() : undefined;
    if (tokens.isWord('by')) {
      const fix = by.length > 0 ? 'write by once, with commas between the fields' : 'write by before with maxspan';
      tokens.fail('"by" stands before "with"', tokens.token, fix);
    }
    if (tokens.token.kind === 'name' && tokens.token.text === 'maxspan') {
      tokens.failExpected('"["', 'write with maxspan=5m');
    }
    const items: EqlItem[] = [];
    do items.push(this.item(true));
    while (tokens.isSign('[', '!'));
    let until: EqlItem | undefined;
    if (tokens.eatWord('until')) until = this.item(false);
    return { kind: 'sequence' as const, by, maxspanMs, items, until };
  }

  private sample() {
    const { tokens } = this;
    tokens.advance();
    const by = this.keys();
    if (tokens.isWord('with')) tokens.fail('a sample has no maxspan', tokens.token, 'only a sequence has one');
    const items: EqlItem[] = [];
    do items.push(this.item(false));
    while (tokens.isSign('[', '!'));
    if (tokens.isWord('until')) tokens.fail('a sample has no "until"', tokens.token, 'only a sequence has one');
    return { kind: 'sample' as const, by, items };
  }

  /** @param isStep whether `!` and `with runs` may stand here */
  private item(isStep: boolean): EqlItem {
    const { tokens } = this;
    const open = tokens.token;
    const isMissing = tokens.isSign('!');
    if (isMissing && !isStep) tokens.fail('"!" belongs to the steps of a sequence', open);
    if (isMissing) tokens.advance();
    this.refuseJoin();
    const bracket = tokens.token;
    if (!tokens.eatSign('[')) tokens.failExpected('"["', 'an item is written [category where condition]');
    const event = this.event();
    if (tokens.token.kind === 'end') tokens.fail('this bracket is not closed', bracket, 'add a ]');
    if (!tokens.eatSign(']')) tokens.failExpected('an operator or "]"');
    const by = this.keys();
    const runs = tokens.isWord('with') ? this.runs(isStep) : 1;
    if (runs > 1 && isMissing) tokens.fail('an event that must be missing has no runs', open, 'take "with runs" away');
    if (tokens.isWord('by')) tokens.fail('"by" stands before "with"', tokens.token, 'write [ … ] by field with runs=2');
    return { event, by, isMissing, runs, start: open.start, end: tokens.lastEnd };
  }

  private event(): EqlEventClause {
    const { tokens } = this;
    const { token } = tokens;
    let category: string | null;
    if (tokens.eatWord('any')) category = null;
    else if (token.kind === 'text') {
      category = token.value;
      tokens.advance();
    } else if (token.kind === 'name' && token.isPlain && !token.hasTilde && !tokens.isKeyword()) {
      category = token.text;
      tokens.advance();
    } else {
      return tokens.failExpected('a category', 'a query starts with any where …, or a category: process where …');
    }
    if (!tokens.eatWord('where')) {
      const fix = token.kind === 'name' ? 'a query starts with any where …, or a category: process where …' : undefined;
      tokens.failExpected('"where"', fix);
    }
    const condition = this.expressions.condition();
    return { category, condition, start: token.start, end: tokens.lastEnd };
  }

  private keys(): EqlFieldName[] {
    const keys: EqlFieldName[] = [];
    if (!this.tokens.eatWord('by')) return keys;
    do keys.push(this.expressions.fieldName('the name of a field'));
    while (this.tokens.eatSign(','));
    return keys;
  }

  /** `with maxspan=5m`. */
  private maxspan(): number {
    const { tokens } = this;
    tokens.advance();
    if (!tokens.eatWord('maxspan')) tokens.failExpected('"maxspan"');
    tokens.expectSign('=');
    const number = tokens.token;
    const count = this.integer('a duration such as 5m', 1);
    const unit = tokens.token;
    const unitMs = unit.kind === 'name' && Object.hasOwn(SPAN_UNITS, unit.text) ? SPAN_UNITS[unit.text] : undefined;
    if (unitMs === undefined) {
      return tokens.failExpected('a unit', `units are ${Object.keys(SPAN_UNITS).join(', ')}, such as maxspan=5m`);
    }
    tokens.advance();
    const ms = count * unitMs;
    const span = { start: number.start, end: unit.end };
    return Number.isSafeInteger(ms) ? ms : tokens.fail('this duration is too long', span);
  }

  /** `with runs=3`. */
  private runs(isStep: boolean): number {
    const { tokens } = this;
    const start = tokens.advance();
    if (tokens.isWord('maxspan')) tokens.fail('maxspan stands once, behind "sequence"', tokens.token);
    if (!tokens.token || tokens.token.kind !== 'name' || tokens.token.text !== 'runs')
      return tokens.failExpected('"runs"');
    tokens.advance();
    tokens.expectSign('=');
    const runs = this.integer('a number from 1 to 100', 1, 100);
    if (!isStep) tokens.fail('only steps of a sequence have runs', start);
    return runs;
  }

  private pipe(): EqlPipeNode {
    const { tokens } = this;
    const bar = tokens.advance();
    const { token } = tokens;
    const name = token.kind === 'name' ? token.text : '';
    if (name !== 'head' && name !== 'tail') {
      if (ENDGAME_PIPES.has(name)) tokens.fail(`"| ${name}" belongs to the older Endgame dialect and is not supported`);
      return tokens.failExpected('"head" or "tail"');
    }
    tokens.advance();
    const count = this.integer(`a number, such as ${name} 10`, 0);
    return { kind: name, count, start: bar.start, end: tokens.lastEnd };
  }

  private integer(what: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
    const { tokens } = this;
    const { token } = tokens;
    if (token.kind !== 'number' || !token.isInteger || token.value < min || token.value > max) {
      return tokens.failExpected(what);
    }
    tokens.advance();
    return token.value;
  }

  /** Sequences of the older dialect. */
  private refuseJoin(): void {
    const { tokens } = this;
    for (const word of ['join', 'fork']) {
      if (!tokens.isWord(word)) continue;
      const { token } = tokens;
      tokens.advance();
      if (tokens.isWord('where'))
        tokens.fail(`"${word}" as a category stands in quotes`, token, `write "${word}" where …`);
      const fix = word === 'join' ? 'write a sample, which asks for no order' : 'take it away';
      tokens.fail(`"${word}" belongs to the older Endgame dialect and is not supported`, token, fix);
    }
  }

  private failBehindQuery(kind: EqlTree['kind']): never {
    const { tokens } = this;
    if (tokens.isWord('fork')) this.refuseJoin();
    if (tokens.isSign(')')) tokens.fail('there is no bracket that this one closes');
    if (tokens.isWord('sequence') || tokens.isWord('sample')) tokens.fail('one query holds one sequence');
    if (kind !== 'event') return tokens.failExpected('"[", "until", "|" or the end');
    const isNext = ['name', 'text', 'number'].includes(tokens.token.kind) && !tokens.capitalKeyword();
    return tokens.failExpected(
      'an operator, "and", "or" or the end',
      isNext ? 'join two conditions with and' : undefined,
    );
  }
}
