/** JSON objects as texts, for whatever reads them byte by byte: as producers write them, and as they should not. */
import * as fc from 'fast-check';

/** Names that may stand in an object, and those below each. */
export interface NameTree {
  readonly children: ReadonlyMap<string, NameTree>;
}

const LITERALS = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '445',
  '1761300000.25',
  '-1.5e+3',
  '1E400',
  '12345678901234567890',
];
const TEXTS = [
  '""',
  '"x"',
  '"445"',
  '" 7"',
  '"a\\"b\\\\"',
  '"\\u00e9\\/\\n"',
  '"é \u{1f600}"',
  `"${'long '.repeat(30)}"`,
];
/** What JSON does not know, or a plain object does not have. */
const ODD = ['NaN', 'nul', '01', '-', '1.', '"\\ud83d"', '"\\x"', '"\u0001"', '[1 2]', '{"a" 1}'];
const OTHER_NAMES = ['other', 'a.b', '', 'é', '__proto__', '\\u0061'];
const BLANKS = ['', '', '', '', ' ', '\t', ' \n', '\r\n  '];

/** Texts made piece by piece. */
class Writer {
  private readonly g: fc.GeneratorValue;
  /** How often something odd stands in the object: one in so many places. */
  private readonly oddity: number;
  private readonly blanks: readonly string[];

  constructor(g: fc.GeneratorValue) {
    this.g = g;
    this.oddity = g(fc.constantFrom, 30, 300, 3000);
    this.blanks = g(fc.constantFrom, [''], [''], ['', ' '], BLANKS);
  }

  object(tree: NameTree | undefined, depth: number): string {
    const known = [...(tree?.children.keys() ?? [])];
    const count = this.g(fc.nat, { max: depth > 5 ? 1 : 5 });
    const members = Array.from({ length: count }, () => {
      const isKnown = known.length > 0 && this.oneIn(6) > 0;
      const name = isKnown ? this.oneOf(known) : this.isOdd() ? this.oneOf(OTHER_NAMES) : 'other';
      return [name, this.value(tree?.children.get(name), depth + 1)] as const;
    });
    const isRepeating = this.isOdd();
    const unique = isRepeating ? members : [...new Map(members)];
    return this.list(
      '{',
      '}',
      unique.map(([name, value]) => `"${name}"${this.blank()}:${this.blank()}${value}`),
    );
  }

  private value(tree: NameTree | undefined, depth: number): string {
    if (this.isOdd()) return this.oneOf(ODD);
    const kind = this.oneIn(tree && tree.children.size > 0 ? 4 : 8);
    if (kind > 3) return this.oneOf(kind % 2 === 0 ? LITERALS : TEXTS);
    if (kind > 1) return kind === 2 ? this.oneOf(LITERALS) : this.oneOf(TEXTS);
    if (depth > 8) return '[]';
    if (kind === 1) return this.object(tree, depth);
    const count = this.g(fc.nat, { max: 3 });
    return this.list(
      '[',
      ']',
      Array.from({ length: count }, () => this.value(tree, depth + 1)),
    );
  }

  private list(open: string, close: string, items: readonly string[]): string {
    const all = items.map((item) => `${this.blank()}${item}${this.blank()}`).join(',');
    return `${open}${all === '' ? this.blank() : all}${this.isOdd() ? ',' : ''}${close}`;
  }

  private blank(): string {
    return this.blanks.length === 1 ? '' : this.oneOf(this.blanks);
  }

  private isOdd(): boolean {
    return this.oneIn(this.oddity) === 0;
  }

  private oneIn(count: number): number {
    return this.g(fc.nat, { max: count - 1 });
  }

  private oneOf(texts: readonly string[]): string {
    return texts[this.oneIn(texts.length)]!;
  }
}

/** @returns objects with names of the tree, mostly valid; keys twice, escapes, blanks and damage among them */
export function arbitraryJsonObject(tree: NameTree): fc.Arbitrary<string> {
  return fc.gen().map((g) => new Writer(g).object(tree, 0));
}
