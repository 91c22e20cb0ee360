/** Which end of a value an affix stands at. */
export type AffixEnd = 'start' | 'end';

/** An affix with the number of the pattern it came from. */
export interface Affix {
  readonly text: string;
  readonly id: number;
}

/**
 * Patterns of the shape `x*` or `*x`, of any number: sorted texts and one binary search. A text that begins with
 * another one of the set can never decide and is left out, so at most one affix can fit a value: the last one that sorts
 * before it.
 */
export class AffixIndex {
  private readonly end: AffixEnd;
  private readonly texts: readonly string[];
  private readonly ids: readonly number[];

  constructor(affixes: readonly Affix[], end: AffixEnd) {
    this.end = end;
    const order = end === 'start' ? compareFromStart : compareFromEnd;
    const kept: Affix[] = [];
    for (const affix of [...affixes].sort((x, y) => order(x.text, y.text) || x.id - y.id)) {
      const last = kept.at(-1);
      if (!last || !this.fits(affix.text, last.text)) kept.push(affix);
    }
    this.texts = kept.map((affix) => affix.text);
    this.ids = kept.map((affix) => affix.id);
  }

  /** @returns number of the pattern that fits the text, or -1 */
  find(text: string): number {
    const { texts } = this;
    let from = 0;
    let to = texts.length;
    if (this.end === 'start') {
      while (from < to) {
        const middle = (from + to) >>> 1;
        if (texts[middle]! <= text) from = middle + 1;
        else to = middle;
      }
    } else {
      while (from < to) {
        const middle = (from + to) >>> 1;
        if (compareFromEnd(texts[middle]!, text) <= 0) from = middle + 1;
        else to = middle;
      }
    }
    return from > 0 && this.fits(text, texts[from - 1]!) ? this.ids[from - 1]! : -1;
  }

  private fits(text: string, affix: string): boolean {
    return this.end === 'start' ? text.startsWith(affix) : text.endsWith(affix);
  }
}

function compareFromStart(x: string, y: string): number {
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Order of the texts read backwards, without reversing them. */
function compareFromEnd(x: string, y: string): number {
  let i = x.length - 1;
  let j = y.length - 1;
  while (i >= 0 && j >= 0) {
    const difference = x.charCodeAt(i--) - y.charCodeAt(j--);
    if (difference !== 0) return difference;
  }
  return i - j;
}
