import { foldAscii } from '../../base/glob.ts';

/** Texts remembered; evidence repeats its names, and a look-up is cheaper than folding anew. */
const CACHE_SIZE = 4096;
const MAX_LENGTH = 128;
const cache = new Map<string, string>();

/** {@link foldAscii} that remembers short texts, so that many rules over one event fold each value once. */
export function foldedText(text: string): string {
  if (text.length > MAX_LENGTH) return foldAscii(text);
  const known = cache.get(text);
  if (known !== undefined) return known;
  if (cache.size >= CACHE_SIZE) cache.clear();
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
