/** The header lines of a Zeek TSV log: which column stands where. They may come again, and differ, in mid-file. */
import type { Column } from '../record.ts';
import { columnKinds, findColumn } from './columns.ts';
import { unescapeZeek } from './unescape.ts';

/** Columns of a line; no log has more than about eighty, and places are 16-bit numbers. */
const MAX_WIDTH = 4096;

/** What the header lines say so far. */
export interface TsvHeader {
  separator: number;
  setSeparator: string;
  emptyField: string;
  unsetField: string;
  path: string | undefined;
  fields: readonly string[];
  types: readonly string[];
}

/** What Zeek writes unless told otherwise. */
export function defaultTsvHeader(): TsvHeader {
  return {
    separator: 9,
    setSeparator: ',',
    emptyField: '(empty)',
    unsetField: '-',
    path: undefined,
    fields: [],
    types: [],
  };
}

/**
 * Takes in one header line.
 *
 * @param header changed in place
 * @param line without its line end, beginning with `#`
 * @returns what is wrong with the line, or undefined
 */
export function readHeaderLine(header: TsvHeader, line: string): string | undefined {
  if (line.startsWith('#separator')) {
    const text = unescapeZeek(line.slice('#separator'.length).replace(/^[ \t]/, ''));
    Object.assign(header, defaultTsvHeader());
    if (text.length !== 1 || text.charCodeAt(0) > 127) {
      return `#separator is "${text.slice(0, 20)}", not one character; a tabulator is taken`;
    }
    header.separator = text.charCodeAt(0);
    return undefined;
  }
  const separator = String.fromCharCode(header.separator);
  const at = line.includes(separator) ? line.indexOf(separator) : line.search(/[\t ]/);
  const name = at < 0 ? line : line.slice(0, at);
  const value = at < 0 ? '' : line.slice(at + 1);
  switch (name) {
    case '#set_separator':
      header.setSeparator = unescapeZeek(value) || ',';
      return undefined;
    case '#empty_field':
      header.emptyField = value;
      return undefined;
    case '#unset_field':
      header.unsetField = value;
      return undefined;
    case '#path':
      header.path = value === '' || value === header.unsetField ? undefined : value;
      return undefined;
    case '#fields':
      header.fields = value === '' ? [] : value.split(separator);
      header.types = [];
      if (header.fields.length > MAX_WIDTH) {
        return `#fields names ${header.fields.length} columns, at most ${MAX_WIDTH} are read; the lines below are not`;
      }
      return repeated(header.fields);
    case '#types':
      header.types = value.split(separator);
      if (header.types.length === header.fields.length) return undefined;
      header.types = [];
      return `#types names ${value.split(separator).length} columns, #fields ${header.fields.length}; types are not used`;
    default:
      return undefined;
  }
}

function repeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  return twice === undefined ? undefined : `#fields names "${twice}" twice; the first one is read`;
}

/** Where each column stands in a line. */
export interface TsvLayout {
  /** Number of columns of a line. */
  readonly width: number;
  readonly separator: number;
  readonly setSeparator: string;
  readonly emptyField: Buffer;
  readonly unsetField: Buffer;
  /** Place in the line by column number, or -1. */
  readonly places: Int16Array;
  /** By column number: whether elements are parted by the set separator. */
  readonly isSet: Uint8Array;
  /** Columns without a number: place, name, type. */
  readonly others: readonly (readonly [place: number, name: string, type: string])[];
}

/** @returns the layout that a complete header gives, or undefined when it has no (or too many) columns */
export function layoutOf(header: TsvHeader): TsvLayout | undefined {
  const { fields, types } = header;
  if (fields.length === 0 || fields.length > MAX_WIDTH) return undefined;
  const places = new Int16Array(columnKinds.length).fill(-1);
  const isSet = new Uint8Array(columnKinds.length);
  const others: [number, string, string][] = [];
  for (const [place, name] of fields.entries()) {
    const column: Column | undefined = findColumn(name);
    const type = types[place] ?? '';
    if (column === undefined) {
      others.push([place, name, type]);
    } else if (places[column]! < 0) {
      places[column] = place;
      isSet[column] = isSetType(type) || (type === '' && columnKinds[column] === 'list') ? 1 : 0;
    }
  }
  return {
    width: fields.length,
    separator: header.separator,
    setSeparator: header.setSeparator,
    emptyField: Buffer.from(header.emptyField),
    unsetField: Buffer.from(header.unsetField),
    places,
    isSet,
    others,
  };
}

/** @returns whether a Zeek type holds several elements: `set[string]`, `vector[addr]`, `table[count]` */
export function isSetType(type: string): boolean {
  return /^(?:set|vector|table|list)\b/.test(type);
}
