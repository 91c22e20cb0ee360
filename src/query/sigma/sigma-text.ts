/**
 * Plain texts of Sigma: `*` is any run of characters, `?` one; a backslash takes the special meaning of `*`, `?` and
 * itself, and is an ordinary backslash before anything else and at the end.
 */
import type { GlobPart } from '../../base/glob.ts';

/** @returns the pattern that a text means, neighbouring stars joined */
export function parseSigmaText(text: string): GlobPart[] {
  const parts: GlobPart[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const next = text[i + 1];
    if (c === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      i++;
    } else if (c === '*') {
      flush();
      if (parts.at(-1)?.kind !== 'star') parts.push({ kind: 'star' });
    } else if (c === '?') {
      flush();
      parts.push({ kind: 'one' });
    } else {
      literal += c;
    }
  }
  flush();
  return parts;
}

/** @returns the text that a pattern without wildcards stands for, else undefined */
export function literalOf(parts: readonly GlobPart[]): string | undefined {
  if (parts.length === 0) return '';
  const [first] = parts;
  return parts.length === 1 && first?.kind === 'text' ? first.text : undefined;
}

/** @returns the pattern with a star at one or both ends, unless there is one */
export function withStars(
  parts: readonly GlobPart[],
  ends: { readonly start: boolean; readonly end: boolean },
): GlobPart[] {
  const star: GlobPart = { kind: 'star' };
  const open = ends.start && parts[0]?.kind !== 'star' ? [star, ...parts] : [...parts];
  if (ends.end && open.at(-1)?.kind !== 'star') open.push(star);
  return open;
}
