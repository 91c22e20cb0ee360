/** Strict readers for what reports write: they know what our documents may hold and fail on anything else. */
import { expect } from 'vitest';

/** RFC 4180, nothing more: CRLF rows, quotes only around whole cells. */
export function parseCsv(text: string): string[][] {
  expect(text.endsWith('\r\n')).toBe(true);
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
    cell.lastIndex = at;
    const match = cell.exec(text);
    if (!match) throw new Error(`no cell at ${at}: ${text.slice(at, at + 40)}`);
    row.push(match[1]!.startsWith('"') ? match[1]!.slice(1, -1).replaceAll('""', '"') : match[1]!);
    if (match[2] !== ',') {
      rows.push(row);
      row = [];
    }
    at = cell.lastIndex;
  }
  return rows;
}

const TAGS = new Set(
  (
    'html head meta title style body a svg defs symbol path rect circle use g line text pattern header main section ' +
    'article footer h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd div span b strong code pre time table caption thead tbody tr ' +
    'th td figure figcaption details summary'
  ).split(' '),
);
const EMPTY = new Set(['meta']);
const ATTRIBUTES = new Set(
  (
    'lang charset http-equiv content name class id href rel role tabindex scope width height x y x1 y1 x2 y2 cx cy r d ' +
    'fill stroke stroke-width opacity viewBox overflow text-anchor patternUnits patternTransform aria-hidden aria-label ' +
    'aria-labelledby focusable'
  ).split(' '),
);

/**
 * Reads a document strictly: known elements and attributes only, all quoted, all closed in order, ids single, links
 * within the document met.
 *
 * @returns attribute values by name
 */
export function checkHtml(text: string): { attributes: Map<string, string[]> } {
  expect(text.startsWith('<!doctype html>\n')).toBe(true);
  const body = text.slice('<!doctype html>'.length).replace(/<style>[^]*?<\/style>/, '<style></style>');
  const attributes = new Map<string, string[]>();
  const open: string[] = [];
  for (const match of body.matchAll(/<([^>]*)>?/g)) {
    const inner = match[1]!;
    if (inner.startsWith('/')) {
      expect(open.pop()).toBe(inner.slice(1));
      continue;
    }
    const tag = /^(\w+)((?: [\w-]+="[^"<>]*")*)(\/?)$/.exec(inner);
    if (!tag) throw new Error(`not a tag we write: <${inner}>`);
    if (!TAGS.has(tag[1]!)) throw new Error(`unknown element <${inner}>`);
    for (const [, name, value] of tag[2]!.matchAll(/ ([\w-]+)="([^"]*)"/g)) {
      if (!ATTRIBUTES.has(name!)) throw new Error(`unknown attribute ${name} in <${inner}>`);
      attributes.set(name!, [...(attributes.get(name!) ?? []), value!]);
    }
    if (!EMPTY.has(tag[1]!) && tag[3] !== '/') open.push(tag[1]!);
  }
  expect(open).toEqual([]);
  const ids = attributes.get('id') ?? [];
  expect(new Set(ids).size).toBe(ids.length);
  for (const target of attributes.get('href') ?? []) {
    if (target.startsWith('#')) expect(ids).toContain(target.slice(1));
  }
  return { attributes };
}
