import { compileGlob, type GlobPart } from '../../base/glob.ts';
import { AffixIndex, type Affix } from './affix-index.ts';
import { GramIndex, type GramPattern, SHORTEST_LITERAL } from '../../base/text/gram-index.ts';

/**
 * Many patterns tested as one. `x*` and `*x` cost a binary search, patterns with a literal of three characters a walk
 * over the value; only what is left is tried one by one, and {@link GlobIndex.slow} says which that is.
 */
export class GlobIndex {
  private readonly prefixes: AffixIndex;
  private readonly suffixes: AffixIndex;
  private readonly grams: GramIndex;
  private readonly loop: readonly GramPattern[];

  /** @param patterns parts of each pattern, already folded when values are; its number is its position */
  constructor(patterns: readonly (readonly GlobPart[])[]) {
    const prefixes: Affix[] = [];
    const suffixes: Affix[] = [];
    const filed: GramPattern[] = [];
    const loop: GramPattern[] = [];
    for (const [id, parts] of patterns.entries()) {
      const shape = parts.map((part) => part.kind).join(' ');
      const literals = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
      if (shape === 'text star') prefixes.push({ id, text: literals[0]! });
      else if (shape === 'star text') suffixes.push({ id, text: literals[0]! });
      else if (shape === 'star') prefixes.push({ id, text: '' });
      else {
        const pattern = { id, literals, test: compileGlob(parts) };
        if (literals.some((literal) => literal.length >= SHORTEST_LITERAL)) filed.push(pattern);
        else loop.push(pattern);
      }
    }
    this.prefixes = new AffixIndex(prefixes, 'start');
    this.suffixes = new AffixIndex(suffixes, 'end');
    this.grams = new GramIndex(filed);
    this.loop = loop;
  }

  /** Numbers of the patterns that are tried one by one. */
  get slow(): readonly number[] {
    return this.loop.map((pattern) => pattern.id);
  }

  /** Patterns that are tried together because their literals do not tell them apart; 8 or fewer cost nothing. */
  get crowd(): number {
    return this.grams.crowd;
  }

  /**
   * @param text value, folded when the patterns are
   * @param except number of a pattern that does not count
   * @returns number of a pattern that fits, or -1
   */
  find(text: string, except = -1): number {
    const prefix = this.prefixes.find(text);
    if (prefix >= 0 && prefix !== except) return prefix;
    const suffix = this.suffixes.find(text);
    if (suffix >= 0 && suffix !== except) return suffix;
    const filed = this.grams.find(text, except);
    if (filed >= 0) return filed;
    for (const pattern of this.loop) if (pattern.id !== except && pattern.test(text)) return pattern.id;
    return -1;
  }
}
