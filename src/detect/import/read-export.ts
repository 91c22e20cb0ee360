/** Reads the lines of a Kibana export. Lines may be anything: each that is no JSON object is refused at its place. */
import type { Place } from '../../base/place.ts';
import { type Document, isDocument } from '../../event/document.ts';

/** Levels of objects and lists in one line; Kibana's own have about ten. */
export const MAX_EXPORT_DEPTH = 100;

/** Characters of one line; the largest guides have some 50,000. */
const MAX_EXPORT_LINE = 4 * 1024 * 1024;

/** Characters of a line shown in messages. */
const SHOWN = 120;

/** A line with a JSON object. */
export interface ExportLine {
  readonly document: Document;
  readonly text: string;
  readonly place: Place;
}

/** A line that could not be read. */
export interface BadLine {
  readonly reason: string;
  readonly place: Place;
}

/** @returns the objects of the lines in their order, and what was wrong with the others; empty lines do not count */
export function readExportLines(file: string, text: string): { lines: ExportLine[]; bad: BadLine[] } {
  const lines: ExportLine[] = [];
  const bad: BadLine[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const parsed = parseLine(line);
    const indent = raw.indexOf(line);
    if ('document' in parsed) {
      lines.push({ document: parsed.document, text: line, place: placeIn(file, index + 1, raw, indent) });
      continue;
    }
    const offset = indent + parsed.offset;
    const where = offset < SHOWN ? '' : `, at character ${offset + 1}`;
    bad.push({ reason: `${parsed.reason}${where}`, place: placeIn(file, index + 1, raw, offset) });
  }
  return { lines, bad };
}

/** Lines of an export are as long as a guide, so only their beginning is shown, and places behind it are named in words. */
function placeIn(file: string, line: number, text: string, offset: number): Place {
  const column = offset < SHOWN ? Array.from(text.slice(0, offset)).length + 1 : 1;
  return { file, line, column, sourceLine: text.slice(0, SHOWN).trimEnd(), length: 1 };
}

function parseLine(line: string): { document: Document } | { reason: string; offset: number } {
  if (line.length > MAX_EXPORT_LINE)
    return { reason: `the line is longer than ${MAX_EXPORT_LINE} characters`, offset: 0 };
  const tooDeep = depthBeyond(line, MAX_EXPORT_DEPTH);
  if (tooDeep >= 0)
    return { reason: `more than ${MAX_EXPORT_DEPTH} objects or lists inside each other`, offset: tooDeep };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const position = /position (\d+)/.exec(message)?.[1];
    // V8 names no position where the text is short or ends too early.
    const offset = Number(position ?? (message.includes('end of JSON') ? line.length : 0));
    return { reason: 'the line is no JSON', offset: Math.min(offset, line.length - 1) };
  }
  return isDocument(value) ? { document: value } : { reason: 'the line is no JSON object', offset: 0 };
}

/** @returns offset of the first bracket that is too deep, or -1; looked for before parsing, which could end the stack */
function depthBeyond(line: string, limit: number): number {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (isText) {
      if (c === 92) i++;
      else if (c === 34) isText = false;
    } else if (c === 34) isText = true;
    else if (c === 123 || c === 91) {
      if (++depth > limit) return i;
    } else if (c === 125 || c === 93) depth--;
  }
  return -1;
}
