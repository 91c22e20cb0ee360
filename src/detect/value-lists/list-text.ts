/**
 * Lines of a value list. One entry a line; `#` at the start of a line or behind a blank begins a comment; blanks around
 * an entry do not count. An entry in double quotes is read as a JSON string, so that any value can be written.
 */
import type { Place } from '../../base/place.ts';

/** One entry as it stands in the text. */
export interface ListLine {
  readonly text: string;
  readonly quoted: boolean;
  /** Line from 1. */
  readonly line: number;
  /** Offset of the entry in its line, in UTF-16 units. */
  readonly start: number;
  readonly sourceLine: string;
}

/** A setting in the comments before the first entry: `# kind: ip_range`. */
interface ListSetting {
  readonly key: string;
  readonly value: string;
  readonly at: ListLine;
}

/** A text taken apart. */
export interface ListText {
  readonly settings: readonly ListSetting[];
  readonly lines: readonly ListLine[];
}

/** Cuts a text into entries and the settings above them. */
export function splitListText(text: string): ListText {
  const settings: ListSetting[] = [];
  const lines: ListLine[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const sourceLine = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const trimmed = sourceLine.trim();
    if (trimmed === '') continue;
    const line = index + 1;
    const start = sourceLine.indexOf(trimmed);
    if (trimmed.startsWith('#')) {
      const setting = /^#\s*(kind|case)\s*:\s*(\S+)\s*$/.exec(trimmed);
      if (setting && lines.length === 0) {
        const value = setting[2]!;
        const at = { text: value, quoted: false, line, start: sourceLine.lastIndexOf(value), sourceLine };
        settings.push({ key: setting[1]!, value, at });
      }
      continue;
    }
    const entry = trimmed.startsWith('"') ? quotedEntry(trimmed) : undefined;
    lines.push({ text: entry ?? plainEntry(trimmed), quoted: entry !== undefined, line, start, sourceLine });
  }
  return { settings, lines };
}

/** @returns the place of an entry, for an error or a warning */
export function placeOfLine(file: string, line: ListLine): Place {
  return {
    file,
    line: line.line,
    column: Array.from(line.sourceLine.slice(0, line.start)).length + 1,
    sourceLine: line.sourceLine,
    length: Math.max(1, Array.from(line.text).length),
  };
}

/**
 * Writes an entry so that reading gives it back.
 *
 * @param literal true for a value, false for a network or a pattern that the line itself must show
 */
export function formatListEntry(text: string, literal: boolean): string {
  const plain = text === text.trim() && text !== '' && !/^[#"]|\s#|[\r\n\u2028\u2029\uFEFF]/.test(text);
  return plain && !(literal && text.includes('*')) ? text : JSON.stringify(text);
}

function plainEntry(trimmed: string): string {
  const comment = /\s#/.exec(trimmed);
  return comment ? trimmed.slice(0, comment.index).trimEnd() : trimmed;
}

function quotedEntry(trimmed: string): string | undefined {
  const string = /^("(?:[^"\\]|\\.)*")(?:\s*|\s+#.*)$/.exec(trimmed);
  if (!string) return undefined;
  try {
    return JSON.parse(string[1]!) as string;
  } catch {
    // Not a JSON string after all, for example "a\q": the line is taken as it stands.
    return undefined;
  }
}
