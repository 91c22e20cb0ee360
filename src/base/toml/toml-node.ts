/** A TOML document as a tree in which every key and every value knows where it stands. */
import { type Place, placeOf, type SourceText } from '../place.ts';

/** Offsets in the file's text in UTF-16 units; `end` is behind the last character. */
export interface TomlSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * A string. Its characters may stand elsewhere than side by side in the file (escapes, continued lines), so the value is
 * kept with the runs in which they do: from `value[i]` on the file's characters follow `file[i]`.
 */
export interface TomlText extends TomlSpan {
  readonly kind: 'text';
  readonly value: string;
  readonly runs: { readonly value: readonly number[]; readonly file: readonly number[] };
}

/** A whole number or a fraction. */
export interface TomlNumber extends TomlSpan {
  readonly kind: 'number';
  readonly value: number;
}

/** True or false. */
export interface TomlBoolean extends TomlSpan {
  readonly kind: 'boolean';
  readonly value: boolean;
}

/** A date or time written without quotes, as it stands in the file. */
export interface TomlDate extends TomlSpan {
  readonly kind: 'date';
  readonly value: string;
}

/** A list, or the tables of an array of tables; the span of the latter is the name in its first header. */
export interface TomlArray extends TomlSpan {
  readonly kind: 'array';
  readonly elements: readonly TomlNode[];
}

/** A table; the span is the name in its header, the braces of an inline table, or the first key that made it. */
export interface TomlTable extends TomlSpan {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, TomlEntry>;
}

/** A key with its value; the span is the key's. */
export interface TomlEntry extends TomlSpan {
  readonly key: string;
  readonly value: TomlNode;
}

/** Any value of a file. */
export type TomlNode = TomlText | TomlNumber | TomlBoolean | TomlDate | TomlArray | TomlTable;

/** A parsed file. */
export interface TomlFile {
  readonly source: SourceText;
  readonly root: TomlTable;
}

/** @returns where a key or value stands; of a value over several lines, its first line */
export function placeOfToml(file: TomlFile, span: TomlSpan): Place {
  return placeOf(file.source, span.start, span.end);
}

/**
 * A string value as a text of its own, for the parser of the language inside it.
 *
 * @returns the text; places made from it are true places of the file, whatever escapes stand before them
 */
export function sourceTextOf(file: TomlFile, node: TomlText): SourceText {
  const first = placeOf(file.source, offsetInFile(node, 0));
  return {
    file: file.source.file,
    text: node.value,
    line: first.line,
    column: first.column,
    origin: { text: file.source.text, offsetOf: (offset) => offsetInFile(node, offset) },
  };
}

/** @returns the offset in the file of an offset in the value of a string */
export function offsetInFile({ runs, end }: TomlText, offset: number): number {
  let low = 0;
  let high = runs.value.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (runs.value[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  const run = Math.max(0, low - 1);
  return Math.min(end, runs.file[run]! + Math.max(0, offset) - runs.value[run]!);
}

/** @returns what stands there, in words for an error message: `the number 5`, `text "abc"`, `a list` */
export function describeToml(node: TomlNode): string {
  switch (node.kind) {
    case 'text':
      return `the text ${JSON.stringify(node.value.length > 40 ? `${node.value.slice(0, 40)}…` : node.value)}`;
    case 'number':
    case 'boolean':
    case 'date':
      return `the ${node.kind} ${node.value}`;
    case 'array':
      return 'a list';
    case 'table':
      return 'a table';
  }
}
