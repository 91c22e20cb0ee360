import type { GlobPart } from '../../base/glob.ts';

/** What Windows programs take for the dash of an option: hyphen, slash, en dash, em dash, horizontal bar. */
export const DASHES = '-/\u2013\u2014\u2015';

/**
 * Lets a dash or slash at the start of a word stand for any of {@link DASHES}, each place for itself.
 *
 * @param parts a pattern
 * @returns the pattern with classes in these places
 */
export function withDashes(parts: readonly GlobPart[]): GlobPart[] {
  return parts.flatMap((part) => (part.kind === 'text' ? dashed(part.text) : [part]));
}

function dashed(text: string): GlobPart[] {
  const parts: GlobPart[] = [];
  let from = 0;
  // Not behind a word, and a word behind it: "-a", " /a", "--a" (the second one), but neither "a-b" nor "- ".
  for (const match of text.matchAll(/(?<![A-Za-z0-9_])[-/](?=[A-Za-z0-9_])/g)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push({ kind: 'class', characters: DASHES });
    from = match.index + 1;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}
