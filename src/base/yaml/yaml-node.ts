/** A YAML document as a tree in which every key and every value knows where it stands; aliases are already followed. */
import { type Place, placeOf, type SourceText } from '../place.ts';

/** Offsets in the file's text in UTF-16 units; `end` is behind the last character. */
export interface YamlSpan {
  readonly start: number;
  readonly end: number;
}

/** Text, a number, true, false or null. */
export interface YamlScalar extends YamlSpan {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, without quotes; of a number the spelling. */
  readonly written: string;
  /** Offset of the first character of the value when the characters follow each other as in the file, else undefined. */
  readonly contentStart: number | undefined;
}

/** A list. */
export interface YamlList extends YamlSpan {
  readonly kind: 'list';
  readonly elements: readonly YamlNode[];
}

/** A map; keys are unique and in the order of the file. */
export interface YamlMap extends YamlSpan {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

/** A key with its value; the span is the key's. */
export interface YamlEntry extends YamlSpan {
  readonly key: string;
  readonly value: YamlNode;
}

/** Any value of a file. An anchored node may stand in several places of the tree. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

/** One document of a stream; their spans follow each other without a gap, from the start of the file to its end. */
export interface YamlDocument extends YamlSpan {
  readonly root: YamlNode;
}

/** A parsed file. */
export interface YamlFile {
  readonly source: SourceText;
  readonly documents: readonly YamlDocument[];
}

/** @returns where a key or value stands; of a value over several lines, its first line */
export function placeOfYaml(source: SourceText, span: YamlSpan): Place {
  return placeOf(source, span.start, span.end);
}

/**
 * A text value as a text of its own, for the parser of the language inside it.
 *
 * @returns the text; places made from it are true places of the file, or that of the whole value where escapes or line
 * breaks stand between the two
 */
export function sourceTextOfYaml(source: SourceText, node: YamlScalar): SourceText {
  const { contentStart, start, end } = node;
  return {
    file: source.file,
    text: String(node.value),
    origin: {
      text: source.text,
      offsetOf: (offset) =>
        contentStart === undefined ? (offset === 0 ? start : end) : Math.min(end, contentStart + offset),
    },
  };
}

/** @returns what stands there, in words for an error message: `the number 5`, `text "abc"`, `a list` */
export function describeYaml(node: YamlNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  const { value } = node;
  if (value === null) return 'nothing';
  if (typeof value !== 'string') return `the ${typeof value} ${value}`;
  return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
}
