/** Characters and keywords of KQL, used by reader, printer and completion. */

/** Characters that end an unquoted literal unless a backslash stands before them. */
export const SPECIAL = '\\():<>"*{}';

/** The letter each keyword-like escape stands for. */
export const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

/** @returns whether the unit at an offset is a blank: space, tab, CR, LF or no-break space */
export function isBlankAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 32 || unit === 9 || unit === 10 || unit === 13 || unit === 0xa0;
}

/** @returns offset of the first unit from `from` on that is no blank */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlankAt(text, at)) at++;
  return at;
}

/** @returns the keyword that stands at an offset with a blank behind it, in lower case */
export function keywordAt(text: string, at: number): 'and' | 'or' | 'not' | undefined {
  for (const word of ['and', 'or', 'not'] as const) {
    if (isBlankAt(text, at + word.length) && text.slice(at, at + word.length).toLowerCase() === word) return word;
  }
  return undefined;
}
