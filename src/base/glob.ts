/**
 * Patterns with `*` (any run, also none) and, where asked for, `?` (one character, U+10000 and above too). Matching never backtracks further
 * than the last star, so the cost is bounded by text length times pattern length and no pattern can hang the program.
 */

/** One piece of a pattern. */
export type GlobPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'one' }
  /** One out of these characters (Sigma's `windash`). */
  | { readonly kind: 'class'; readonly characters: string };

/** Splits `a*b?c` into parts; `?` is a letter unless `questionMark` is set. There is no escape. */
export function parseGlob(pattern: string, questionMark = false): GlobPart[] {
  const parts: GlobPart[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  for (const c of pattern) {
    if (c === '*') {
      flush();
      if (parts.at(-1)?.kind !== 'star') parts.push({ kind: 'star' });
    } else if (c === '?' && questionMark) {
      flush();
      parts.push({ kind: 'one' });
    } else {
      text += c;
    }
  }
  flush();
  return parts;
}

/** A–Z to a–z and nothing else, as Elasticsearch's `case_insensitive` does. */
export function foldAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text;
}

/**
 * Compiles a pattern to a test over whole values.
 *
 * @param parts pieces; neighbours may be of any kind
 * @param fold compare A–Z and a–z as equal
 * @param folding folds a text; one that remembers is cheaper where many patterns ask the same text
 * @returns true when the whole text fits
 */
export function compileGlob(parts: readonly GlobPart[], fold = false, folding = foldAscii): (text: string) => boolean {
  const folded = fold ? parts.map(foldPart) : parts;
  const simple = compileSimple(folded);
  const units = simple ? [] : toUnits(folded);
  const test = simple ?? ((text: string) => matchSegments(units, text));
  return fold ? (text) => test(folding(text)) : test;
}

function foldPart(part: GlobPart): GlobPart {
  if (part.kind === 'text') return { kind: 'text', text: foldAscii(part.text) };
  if (part.kind === 'class') return { kind: 'class', characters: foldAscii(part.characters) };
  return part;
}

/** The four shapes that nearly every pattern has, without a loop. */
function compileSimple(parts: readonly GlobPart[]): ((text: string) => boolean) | undefined {
  const shape = parts.map((part) => part.kind[0]).join('');
  const words = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const [first = '', second = ''] = words;
  switch (shape) {
    case '':
      return (text) => text === '';
    case 's':
      return () => true;
    case 't':
      return (text) => text === first;
    case 'ts':
      return (text) => text.startsWith(first);
    case 'st':
      return (text) => text.endsWith(first);
    case 'sts':
      return (text) => text.includes(first);
    case 'tst':
      return (text) => text.length >= first.length + second.length && text.startsWith(first) && text.endsWith(second);
    default:
      return /^s*(?:ts+)*t?$/.test(shape) ? compileWords(parts) : undefined;
  }
}

/**
 * Texts with stars between them: the first and the last stand at the ends unless a star does, the others are found from
 * left to right, each as early as it can be, which leaves the most room for the rest.
 */
function compileWords(parts: readonly GlobPart[]): (text: string) => boolean {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const first = parts[0]?.kind === 'text' ? texts.shift()! : '';
  const last = parts.at(-1)?.kind === 'text' ? texts.pop()! : '';
  return (text) => {
    const end = text.length - last.length;
    let at = first.length;
    if (at > end || !text.startsWith(first) || !text.endsWith(last)) return false;
    for (let i = 0; i < texts.length; i++) {
      const found = text.indexOf(texts[i]!, at);
      if (found < 0) return false;
      at = found + texts[i]!.length;
    }
    return at <= end;
  };
}

/** undefined = star, null = any one character, number = that code point, Set = one of them. */
type Unit = undefined | null | number | Set<number>;

function toUnits(parts: readonly GlobPart[]): Unit[] {
  return parts.flatMap((part): Unit[] => {
    if (part.kind === 'star') return [undefined];
    if (part.kind === 'one') return [null];
    return part.kind === 'class' ? [new Set(codePoints(part.characters))] : codePoints(part.text);
  });
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!);
}

function matchSegments(units: readonly Unit[], text: string): boolean {
  let at = 0;
  let unit = 0;
  let starUnit = -1;
  let starAt = 0;
  while (at < text.length) {
    const code = text.codePointAt(at)!;
    if (unit < units.length && units[unit] === undefined) {
      starUnit = unit++;
      starAt = at;
    } else if (unit < units.length && fits(units[unit]!, code)) {
      unit++;
      at += sizeOf(code);
    } else if (starUnit >= 0) {
      unit = starUnit + 1;
      starAt += sizeOf(text.codePointAt(starAt)!);
      at = starAt;
    } else {
      return false;
    }
  }
  while (unit < units.length && units[unit] === undefined) unit++;
  return unit === units.length;
}

function fits(unit: Unit, code: number): boolean {
  if (unit === null) return true;
  return typeof unit === 'number' ? unit === code : unit!.has(code);
}

/** UTF-16 units of a character. */
function sizeOf(code: number): number {
  return code > 0xffff ? 2 : 1;
}
