/**
 * Reads RE2 syntax (https://github.com/google/re2/wiki/Syntax) into a tree. Only what every port of RE2 reads alike is
 * taken; for the rest the answer is undefined and the matcher, which has an engine, decides.
 */
import type { RegexFlags } from '../../../base/regex.ts';
import { ANY, type CodeRange, complement, foldRanges, joinRanges, type RegexNode } from './regex-node.ts';

/** Thrown inside for what has no node; never leaves this file. */
class Unreadable extends Error {}

/** Groups in groups that are read; deeper ones would end the stack. */
const MAX_DEPTH = 200;
/** Highest count of a repeat, as in RE2. */
const MAX_REPEAT = 1000;

/**
 * @param pattern RE2 syntax
 * @param flags flags it starts with
 * @returns the tree, or undefined for a pattern that is wrong or says more than trees can
 */
export function parseRegex(pattern: string, flags: RegexFlags): RegexNode | undefined {
  try {
    const parser = new RegexParser(pattern, {
      fold: flags.ignoreCase ?? false,
      lines: flags.multiline ?? false,
      dotAll: flags.dotAll ?? false,
    });
    return parser.whole();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

interface Modes {
  readonly fold: boolean;
  readonly lines: boolean;
  readonly dotAll: boolean;
}

const DIGITS: readonly CodeRange[] = [[48, 57]];
const SPACES: readonly CodeRange[] = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const WORD: readonly CodeRange[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const PERL_CLASSES: Readonly<Record<string, readonly CodeRange[]>> = { d: DIGITS, s: SPACES, w: WORD };
const POSIX_CLASSES: Readonly<Record<string, readonly CodeRange[]>> = {
  alnum: [DIGITS[0]!, [65, 90], [97, 122]],
  alpha: [
    [65, 90],
    [97, 122],
  ],
  ascii: [[0, 127]],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit: DIGITS,
  graph: [[33, 126]],
  lower: [[97, 122]],
  print: [[32, 126]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [[65, 90]],
  word: WORD,
  xdigit: [DIGITS[0]!, [65, 70], [97, 102]],
};
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

class RegexParser {
  private readonly characters: readonly string[];
  private at = 0;
  private depth = 0;
  private modes: Modes;

  constructor(pattern: string, modes: Modes) {
    this.characters = Array.from(pattern);
    this.modes = modes;
  }

  whole(): RegexNode {
    const node = this.choice();
    if (this.at < this.characters.length) throw new Unreadable();
    return node;
  }

  private peek(offset = 0): string | undefined {
    return this.characters[this.at + offset];
  }

  private eat(text: string): boolean {
    const characters = Array.from(text);
    if (!characters.every((character, i) => this.peek(i) === character)) return false;
    this.at += characters.length;
    return true;
  }

  private choice(): RegexNode {
    const parts = [this.sequence()];
    while (this.eat('|')) parts.push(this.sequence());
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  private sequence(): RegexNode {
    const parts: RegexNode[] = [];
    for (let next = this.peek(); next !== undefined && next !== '|' && next !== ')'; next = this.peek()) {
      if (this.eat('\\Q')) {
        while (this.peek() !== undefined && !this.eat('\\E')) parts.push(this.character(this.code()));
      } else {
        const part = this.atom();
        if (part) parts.push(this.repeated(part));
      }
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  /** undefined for what only changes the modes. */
  private atom(): RegexNode | undefined {
    if (this.eat('(')) return this.group();
    if (this.eat('[')) return { kind: 'set', ranges: this.characterClass() };
    if (this.eat('.')) return { kind: 'set', ranges: this.modes.dotAll ? ANY : complement([[10, 10]]) };
    if (this.eat('^')) return { kind: 'anchor', anchor: this.modes.lines ? 'lineStart' : 'textStart' };
    if (this.eat('$')) return { kind: 'anchor', anchor: this.modes.lines ? 'lineEnd' : 'textEnd' };
    if (this.eat('\\A')) return { kind: 'anchor', anchor: 'textStart' };
    if (this.eat('\\z')) return { kind: 'anchor', anchor: 'textEnd' };
    if (this.eat('\\b')) return { kind: 'anchor', anchor: 'wordEdge' };
    if (this.eat('\\B')) return { kind: 'anchor', anchor: 'notWordEdge' };
    if (this.peek() === '\\') {
      const ranges = this.namedClass();
      return ranges ? { kind: 'set', ranges } : this.character(this.escape());
    }
    // A repeat of nothing.
    if (this.counts()) throw new Unreadable();
    return this.character(this.code());
  }

  private code(): number {
    const character = this.peek();
    if (character === undefined) throw new Unreadable();
    this.at++;
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code < 0xe000) throw new Unreadable();
    return code;
  }

  private character(code: number): RegexNode {
    return { kind: 'set', ranges: this.folded([[code, code]]) };
  }

  private folded(ranges: readonly CodeRange[]): readonly CodeRange[] {
    const folded = this.modes.fold ? foldRanges(ranges) : ranges;
    if (!folded) throw new Unreadable();
    return folded;
  }

  private group(): RegexNode | undefined {
    if (++this.depth > MAX_DEPTH) throw new Unreadable();
    const outer = this.modes;
    if (this.eat('?')) {
      const isName = this.eat('P<') || this.eat('<');
      if (isName) this.groupName();
      else if (this.changeModes()) {
        this.depth--;
        return undefined;
      }
    }
    const node = this.choice();
    if (!this.eat(')')) throw new Unreadable();
    this.modes = outer;
    this.depth--;
    return node;
  }

  private groupName(): void {
    let length = 0;
    while (/^\w$/.test(this.peek() ?? '')) {
      this.at++;
      length++;
    }
    if (length === 0 || !this.eat('>')) throw new Unreadable();
  }

  /** Reads `i-s:` or `i-s)`. @returns true when the group ends here and the modes hold for the rest of the outer one */
  private changeModes(): boolean {
    const modes = { ...this.modes };
    let value = true;
    for (;;) {
      if (this.eat('i')) modes.fold = value;
      else if (this.eat('m')) modes.lines = value;
      else if (this.eat('s')) modes.dotAll = value;
      // Greedy or not, the same texts fit.
      else if (this.eat('U')) continue;
      else if (value && this.eat('-')) value = false;
      else break;
    }
    this.modes = modes;
    if (this.eat(')')) return true;
    if (!this.eat(':')) throw new Unreadable();
    return false;
  }

  private repeated(part: RegexNode): RegexNode {
    const counts = this.counts();
    if (!counts) return part;
    this.eat('?');
    if ('*+?'.includes(this.peek() ?? ' ') || this.counts()) throw new Unreadable();
    return { kind: 'repeat', part, min: counts[0], max: counts[1] };
  }

  private counts(): readonly [min: number, max: number] | undefined {
    if (this.eat('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.eat('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.eat('?')) return [0, 1];
    if (this.peek() !== '{') return undefined;
    const written = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.characters.slice(this.at, this.at + 24).join(''));
    // A brace that is no count is a letter.
    if (!written) return undefined;
    this.at += written[0].length;
    const min = Number(written[1]);
    const max = written[2] === undefined ? min : written[3] === '' ? Number.POSITIVE_INFINITY : Number(written[3]);
    if (min > MAX_REPEAT || max < min || (Number.isFinite(max) && max > MAX_REPEAT)) throw new Unreadable();
    return [min, max];
  }

  /** `\d`, `\S`. */
  private namedClass(): readonly CodeRange[] | undefined {
    const letter = this.peek() === '\\' ? (this.peek(1) ?? '') : '';
    const ranges = Object.hasOwn(PERL_CLASSES, letter.toLowerCase()) ? PERL_CLASSES[letter.toLowerCase()] : undefined;
    if (!ranges) return undefined;
    this.at += 2;
    const folded = this.folded(ranges);
    return letter === letter.toLowerCase() ? folded : complement(folded);
  }

  /** `[:alpha:]` inside brackets. */
  private posixClass(): readonly CodeRange[] | undefined {
    if (!this.eat('[:')) return undefined;
    const isNegated = this.eat('^');
    let name = '';
    while (/^[a-z]$/.test(this.peek() ?? '')) name += this.characters[this.at++];
    if (!this.eat(':]') || !Object.hasOwn(POSIX_CLASSES, name)) throw new Unreadable();
    const ranges = this.folded(POSIX_CLASSES[name]!);
    return isNegated ? complement(ranges) : ranges;
  }

  private characterClass(): readonly CodeRange[] {
    const isNegated = this.eat('^');
    const ranges: CodeRange[] = [];
    for (let isFirst = true; isFirst || this.peek() !== ']'; isFirst = false) {
      const named = this.posixClass() ?? this.namedClass();
      if (named) {
        ranges.push(...named);
        continue;
      }
      const first = this.peek() === '\\' ? this.escape() : this.code();
      let last = first;
      if (this.peek() === '-' && this.peek(1) !== ']') {
        this.at++;
        last = this.peek() === '\\' ? this.escape() : this.code();
      }
      if (last < first) throw new Unreadable();
      ranges.push(...this.folded([[first, last]]));
    }
    this.at++;
    return isNegated ? complement(ranges) : joinRanges(ranges);
  }

  /** A backslash and what follows, as one character. */
  private escape(): number {
    this.at++;
    const character = this.peek();
    if (character === undefined) throw new Unreadable();
    if (Object.hasOwn(CONTROL_ESCAPES, character)) {
      this.at++;
      return CONTROL_ESCAPES[character]!;
    }
    if (this.eat('x')) return this.hexadecimal();
    if (/^[!-/:-@[-`{-~]$/.test(character)) return this.code();
    throw new Unreadable();
  }

  private hexadecimal(): number {
    const text = this.characters.slice(this.at, this.at + 10).join('');
    const written = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(text);
    const code = Number.parseInt(written?.[1] ?? written?.[2] ?? '', 16);
    if (!written || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new Unreadable();
    this.at += written[0].length;
    return code;
  }
}
