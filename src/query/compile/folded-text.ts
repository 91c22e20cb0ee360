import { foldAscii } from '../../base/glob.ts';

/** Characters remembered; evidence repeats its names, and many rules ask the same long command line. */
const CACHE_CHARS = 1_048_576;
const MAX_LENGTH = 8192;
const cache = new Map<string, string>();
let cached = 0;

/** {@link foldAscii} that remembers texts, so that many rules over one event fold each value once. */
export function foldedText(text: string): string {
  if (text.length > MAX_LENGTH) return foldAscii(text);
  const known = cache.get(text);
  if (known !== undefined) return known;
  cached += text.length;
  if (cached > CACHE_CHARS) {
    cache.clear();
    cached = text.length;
  }
  const folded = foldAscii(text);
  cache.set(text, folded);
  return folded;
}

/** @returns whether a text equals an already folded one but for A–Z and a–z; allocates nothing */
export function equalsFolded(text: string, folded: string): boolean {
  if (text.length !== folded.length) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const lower = unit >= 65 && unit <= 90 ? unit + 32 : unit;
    if (lower !== folded.charCodeAt(i)) return false;
  }
  return true;
}
