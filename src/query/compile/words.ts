/**
 * Words of text fields: boundaries after UAX #29 as Lucene's standard tokenizer draws them (a run of letters, digits and
 * `_`; a dot, colon or apostrophe between two letters and a dot, comma or semicolon between two digits stay inside), so
 * that `cmd.exe` and `10.0.0.1` are one word each. Han and Hiragana characters are words of their own. Intl.Segmenter was
 * turned down: it allocates an object for each segment and is a hundred times slower.
 */

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
/** Joins letters and digits, but is no word alone. */
const JOINER = 3;
/** Stays between two letters. */
const MID_LETTER = 4;
/** Stays between two digits. */
const MID_NUMBER = 5;
/** Stays between two letters or two digits. */
const MID_BOTH = 6;
const IDEOGRAPH = 7;
/** Belongs to the character before. */
const EXTEND = 8;
const UNKNOWN = 255;

const MID_LETTERS = ':\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a';
const MID_NUMBERS = ',;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b';
const MID_BOTHS = ".'\u2018\u2019\u2024\ufe52\uff07\uff0e";

/** Class of each unit below U+10000, worked out on first use. */
const classes = new Uint8Array(0x10000).fill(UNKNOWN);

function classAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= 0xd800 && unit < 0xdc00) return classify(String.fromCodePoint(text.codePointAt(at)!));
  const known = classes[unit]!;
  if (known !== UNKNOWN) return known;
  const found = classify(text.charAt(at));
  classes[unit] = found;
  return found;
}

function classify(character: string): number {
  if (MID_LETTERS.includes(character)) return MID_LETTER;
  if (MID_NUMBERS.includes(character)) return MID_NUMBER;
  if (MID_BOTHS.includes(character)) return MID_BOTH;
  if (/[\p{Script=Han}\p{Script=Hiragana}]/u.test(character)) return IDEOGRAPH;
  if (/[\p{L}\p{Nl}]/u.test(character)) return LETTER;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  if (/[\p{Pc}\u202f]/u.test(character)) return JOINER;
  if (/[\p{M}\p{Cf}]/u.test(character)) return EXTEND;
  return OTHER;
}

/** Walks over the words of a text without making them. */
class WordScanner {
  private text = '';
  private at = 0;
  /** First unit of the current word. */
  start = 0;
  /** Behind the last unit of the current word. */
  end = 0;

  reset(text: string): void {
    this.text = text;
    this.at = 0;
  }

  /** Moves to the next word. @returns false when there is none */
  next(): boolean {
    const { text } = this;
    let at = this.at;
    while (at < text.length) {
      const first = classAt(text, at);
      if (first === LETTER || first === DIGIT || first === JOINER || first === IDEOGRAPH) {
        this.start = at;
        const isWord = this.run(first);
        at = this.end;
        if (isWord) {
          this.at = at;
          return true;
        }
      } else {
        at += sizeAt(text, at);
      }
    }
    this.at = at;
    return false;
  }

  /** @returns whether the current word is this one */
  is(word: string): boolean {
    return this.end - this.start === word.length && this.text.startsWith(word, this.start);
  }

  word(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Finds the end of the run that starts here. @returns whether it holds a letter or digit */
  private run(first: number): boolean {
    const { text } = this;
    let at = this.start + sizeAt(text, this.start);
    let last = first;
    let isWord = first !== JOINER;
    for (;;) {
      at = skipExtend(text, at);
      if (at >= text.length || first === IDEOGRAPH) break;
      const next = classAt(text, at);
      if (next === LETTER || next === DIGIT || next === JOINER) {
        last = next;
        isWord ||= next !== JOINER;
        at += sizeAt(text, at);
      } else if (next >= MID_LETTER && next <= MID_BOTH) {
        const behind = skipExtend(text, at + 1);
        const side = behind < text.length ? classAt(text, behind) : OTHER;
        const joins =
          side === last && ((side === LETTER && next !== MID_NUMBER) || (side === DIGIT && next !== MID_LETTER));
        if (!joins) break;
        at = behind + sizeAt(text, behind);
      } else {
        break;
      }
    }
    this.end = at;
    return isWord;
  }
}

function skipExtend(text: string, from: number): number {
  let at = from;
  while (at < text.length && classAt(text, at) === EXTEND) at += sizeAt(text, at);
  return at;
}

function sizeAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length ? 2 : 1;
}

/** @returns the words of a text in lower case, in their order */
export function splitWords(text: string): string[] {
  const scanner = new WordScanner();
  scanner.reset(text.toLowerCase());
  const words: string[] = [];
  while (scanner.next()) words.push(scanner.word());
  return words;
}

/** Rules ask for words of the same message one after another. */
let lastText = '';
let lastLower = '';
const shared = new WordScanner();

function scan(text: string): WordScanner {
  if (text !== lastText) {
    lastText = text;
    lastLower = text.toLowerCase();
  }
  shared.reset(lastLower);
  return shared;
}

/** More words than this are looked up in a set. */
const FEW_WORDS = 4;

/**
 * @param words in lower case
 * @param mode `any` word occurs, or all as a `phrase`: next to each other in this order
 * @returns a test over texts; never true for no words
 */
export function compileWords(words: readonly string[], mode: 'any' | 'phrase'): (text: string) => boolean {
  if (words.length === 0) return () => false;
  if (mode === 'phrase' && words.length > 1) return compilePhrase(words);
  if (words.length > FEW_WORDS) {
    const set = new Set(words);
    return (text) => {
      const scanner = scan(text);
      while (scanner.next()) if (set.has(scanner.word())) return true;
      return false;
    };
  }
  return (text) => {
    const scanner = scan(text);
    let isThere = false;
    for (const word of words) isThere ||= lastLower.includes(word);
    if (!isThere) return false;
    while (scanner.next()) for (const word of words) if (scanner.is(word)) return true;
    return false;
  };
}

/** Knuth-Morris-Pratt over words: linear whatever repeats in phrase and text. */
function compilePhrase(words: readonly string[]): (text: string) => boolean {
  const fallback = words.map(() => 0);
  for (let i = 1, k = 0; i < words.length; i++) {
    while (k > 0 && words[i] !== words[k]) k = fallback[k - 1]!;
    if (words[i] === words[k]) k++;
    fallback[i] = k;
  }
  return (text) => {
    const scanner = scan(text);
    if (!lastLower.includes(words[0]!)) return false;
    let matched = 0;
    while (scanner.next()) {
      while (matched > 0 && !scanner.is(words[matched]!)) matched = fallback[matched - 1]!;
      if (scanner.is(words[matched]!)) matched++;
      if (matched === words.length) return true;
    }
    return false;
  };
}

/**
 * @param fits test over one word in lower case
 * @returns a test over texts: one of their words fits
 */
export function compileWordTest(fits: (word: string) => boolean): (text: string) => boolean {
  return (text) => {
    const scanner = scan(text);
    while (scanner.next()) if (fits(scanner.word())) return true;
    return false;
  };
}
