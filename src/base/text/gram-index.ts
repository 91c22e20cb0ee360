/**
 * Patterns with literals inside (`*x*`, `a*b`), of any number: each pattern is filed under the rarest run of 3, 6 or 12
 * characters of its literals, and a value is walked once for each of these lengths in use, with a rolling hash. Only
 * patterns filed under a run that the value has are tried. Aho-Corasick would name whole literals instead of runs, but
 * needs a state for every character of every pattern: some 50 MB for 100,000 patterns where this takes 4.
 */

/**
 * Lengths of runs, shortest first. Three characters occur in most values by chance, so they serve only patterns that have
 * nothing longer; twelve serve those that six would file too many together.
 */
const LENGTHS = [3, 6, 12] as const;

/** Patterns under one run that cost less than walking the value with another length. */
const CROWD = 8;

/** Odd multiplier of the rolling hash (FNV's prime). */
const BASE = 0x01000193;

/** Up to so many runs it pays to ask at each place of a text whether one begins with the two characters there. */
const FEW_RUNS = 256;

/** Slots of the table of pairs of characters that runs begin with: the low seven bits of both, seldom in one slot. */
const PAIRS = 4096;

/** Most slots of the table that counts runs, as a power of two; two runs in one slot only make both look more frequent. */
const MAX_COUNT_BITS = 20;

/** A pattern: its literals, and the test that decides. */
export interface GramPattern {
  readonly id: number;
  readonly literals: readonly string[];
  readonly test: (text: string) => boolean;
}

/** Shortest literal a pattern needs to be filed. */
export const SHORTEST_LITERAL = LENGTHS[0];

/** See the head of this file. */
export class GramIndex {
  private readonly tables: readonly GramTable[];
  /** Number of patterns under the most crowded run. */
  readonly crowd: number;

  /** @param patterns each with at least one literal of {@link SHORTEST_LITERAL} characters */
  constructor(patterns: readonly GramPattern[]) {
    const filed = LENGTHS.map((): Filed[] => []);
    let open = patterns;
    for (const [level, length] of LENGTHS.entries()) {
      const counts = countRuns(open, length);
      const longer = LENGTHS[level + 1];
      const next: GramPattern[] = [];
      for (const pattern of open) {
        const { hash, pair, count } = rarestRun(pattern, length, counts);
        const canGrow = longer !== undefined && pattern.literals.some((literal) => literal.length >= longer);
        if (canGrow && (level === 0 || count > CROWD)) next.push(pattern);
        else filed[level]!.push({ pattern, hash, pair });
      }
      open = next;
    }
    this.tables = LENGTHS.flatMap((length, level) =>
      filed[level]!.length === 0 ? [] : [new GramTable(length, filed[level]!)],
    );
    this.crowd = Math.max(0, ...this.tables.map((table) => table.crowd));
  }

  /**
   * @param except number of a pattern that does not count
   * @returns number of a pattern that fits the text, or -1
   */
  find(text: string, except: number): number {
    for (const table of this.tables) {
      const id = table.find(text, except);
      if (id >= 0) return id;
    }
    return -1;
  }

  /**
   * Calls back for every pattern that has one of its runs in the text, once or more often; `test` is not asked. A–Z of the
   * text are read as a–z, so the patterns must be folded.
   */
  each(text: string, visit: (id: number) => void): void {
    for (let i = 0; i < this.tables.length; i++) this.tables[i]!.each(text, visit);
  }
}

/** A pattern under one of its runs. */
interface Filed {
  readonly pattern: GramPattern;
  readonly hash: number;
  /** Slot of the two characters that the run begins with. */
  readonly pair: number;
}

/** The run of a pattern that the fewest others have. */
interface Rarest {
  readonly hash: number;
  readonly pair: number;
  readonly count: number;
}

/** One length: runs by hash, patterns chained in arrays. */
class GramTable {
  readonly crowd: number;
  private readonly length: number;
  /** Weight of the character that leaves the window. */
  private readonly leaving: number;
  private readonly mask: number;
  private readonly heads: Int32Array;
  private readonly next: Int32Array;
  private readonly hashes: Int32Array;
  private readonly patterns: readonly GramPattern[];
  /** 1 for each pair that a run begins with; absent when there are too many runs. */
  private readonly begins: Uint8Array | undefined;
  /** The walk that named an entry last, so that a text of one run repeated names it once. */
  private readonly named: Uint32Array;
  private walk = 0;

  constructor(length: number, filed: readonly Filed[]) {
    this.length = length;
    let weight = 1;
    for (let i = 1; i < length; i++) weight = Math.imul(weight, BASE);
    this.leaving = weight;
    const size = 2 ** Math.ceil(Math.log2(filed.length * 4 + 16));
    this.mask = size - 1;
    this.heads = new Int32Array(size).fill(-1);
    this.next = new Int32Array(filed.length);
    this.hashes = Int32Array.from(filed, (entry) => entry.hash);
    this.patterns = filed.map((entry) => entry.pattern);
    this.named = new Uint32Array(filed.length);
    this.begins = filed.length <= FEW_RUNS ? new Uint8Array(PAIRS) : undefined;
    for (const { pair } of filed) if (this.begins) this.begins[pair] = 1;
    const crowds = new Map<number, number>();
    let crowd = 0;
    for (let i = 0; i < filed.length; i++) {
      const hash = this.hashes[i]!;
      const slot = spread(hash) & this.mask;
      this.next[i] = this.heads[slot]!;
      this.heads[slot] = i;
      const count = (crowds.get(hash) ?? 0) + 1;
      crowds.set(hash, count);
      if (count > crowd) crowd = count;
    }
    this.crowd = crowd;
  }

  find(text: string, except: number): number {
    const { length, leaving, mask, heads, next, hashes, patterns } = this;
    if (text.length < length) return -1;
    let hash = 0;
    for (let i = 0; i < text.length; i++) {
      if (i >= length) hash = (hash - Math.imul(text.charCodeAt(i - length), leaving)) | 0;
      hash = (Math.imul(hash, BASE) + text.charCodeAt(i)) | 0;
      if (i < length - 1) continue;
      for (let entry = heads[spread(hash) & mask]!; entry >= 0; entry = next[entry]!) {
        if (hashes[entry] !== hash) continue;
        const pattern = patterns[entry]!;
        if (pattern.id !== except && pattern.test(text)) return pattern.id;
      }
    }
    return -1;
  }

  each(text: string, visit: (id: number) => void): void {
    if (text.length < this.length) return;
    this.walk = (this.walk + 1) >>> 0;
    if (this.begins) this.eachFrom(text, this.begins, visit);
    else this.eachRolling(text, visit);
  }

  /** A long command line has some ten places where a run could begin; only those are hashed. */
  private eachFrom(text: string, begins: Uint8Array, visit: (id: number) => void): void {
    const { length } = this;
    const last = text.length - length;
    let unit = text.charCodeAt(0);
    for (let at = 0; at <= last; at++) {
      const next = text.charCodeAt(at + 1);
      if (begins[pairOf(unit, next)] === 1) this.name(hashOf(text, at, length), visit);
      unit = next;
    }
  }

  private eachRolling(text: string, visit: (id: number) => void): void {
    const { length, leaving } = this;
    let hash = 0;
    for (let i = 0; i < text.length; i++) {
      if (i >= length) hash = (hash - Math.imul(foldedUnit(text, i - length), leaving)) | 0;
      hash = (Math.imul(hash, BASE) + foldedUnit(text, i)) | 0;
      if (i >= length - 1) this.name(hash, visit);
    }
  }

  private name(hash: number, visit: (id: number) => void): void {
    const { next, hashes, named, walk } = this;
    for (let entry = this.heads[spread(hash) & this.mask]!; entry >= 0; entry = next[entry]!) {
      if (hashes[entry] !== hash || named[entry] === walk) continue;
      named[entry] = walk;
      visit(this.patterns[entry]!.id);
    }
  }
}

/** Capitals and small letters share a slot, as do some signs; that only makes a place look at its run in vain. */
function pairOf(first: number, second: number): number {
  return (((first | 0x20) << 5) ^ (second | 0x20)) & (PAIRS - 1);
}

function hashOf(text: string, at: number, length: number): number {
  let hash = 0;
  for (let i = at; i < at + length; i++) hash = (Math.imul(hash, BASE) + foldedUnit(text, i)) | 0;
  return hash;
}

function foldedUnit(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 65 && unit <= 90 ? unit + 32 : unit;
}

/** Brings the high bits of a hash down, because tables take the low ones. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function eachRun(literals: readonly string[], length: number, visit: (hash: number, pair: number) => void): void {
  for (const literal of literals) {
    for (let start = 0; start + length <= literal.length; start++) {
      let hash = 0;
      for (let i = start; i < start + length; i++) hash = (Math.imul(hash, BASE) + literal.charCodeAt(i)) | 0;
      visit(hash, pairOf(literal.charCodeAt(start), literal.charCodeAt(start + 1)));
    }
  }
}

/** How many patterns have a run: at the low bits of its hash, in a table about four times as large as there are runs. */
function countRuns(patterns: readonly GramPattern[], length: number): Uint32Array {
  const runs = patterns.reduce((sum, { literals }) => sum + literals.join('').length, 0);
  const size = 2 ** Math.min(MAX_COUNT_BITS, Math.ceil(Math.log2(runs * 4 + 16)));
  const counts = new Uint32Array(size);
  const last = new Int32Array(size).fill(-1);
  for (const [index, pattern] of patterns.entries()) {
    eachRun(pattern.literals, length, (hash) => {
      const slot = spread(hash) & (size - 1);
      if (last[slot] === index) return;
      last[slot] = index;
      counts[slot]!++;
    });
  }
  return counts;
}

function rarestRun(pattern: GramPattern, length: number, counts: Uint32Array): Rarest {
  const rarest = { hash: 0, pair: 0, count: Infinity };
  eachRun(pattern.literals, length, (hash, pair) => {
    const count = counts[spread(hash) & (counts.length - 1)]!;
    if (count < rarest.count) Object.assign(rarest, { hash, pair, count });
  });
  return rarest;
}
