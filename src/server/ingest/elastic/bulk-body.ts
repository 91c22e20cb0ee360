/**
 * The body of a bulk request: an action line, then the line of its document. It is cut by bytes; of an action line a few keys
 * matter, of a document nothing is looked at here.
 */
import { isDocument } from '../../../event/document.ts';
import { EsError } from './es-error.ts';

/** What is asked for. */
export type BulkAction = 'create' | 'index' | 'delete' | 'update';

/** An action with its target. The same action line gives the same object. */
export interface BulkHeader {
  readonly action: BulkAction;
  readonly index: string | undefined;
  readonly id: string | undefined;
}

/** One item: its document stands in `body[start..end)`; of a delete there is none. */
export interface BulkItem {
  readonly header: BulkHeader;
  readonly start: number;
  readonly end: number;
}

const LF = 10;
const ACTIONS: readonly string[] = ['create', 'index', 'delete', 'update'];
/** An action line holds an index, an id and a few switches. */
const MAX_ACTION_BYTES = 16 * 1024;

/**
 * @param body unpacked
 * @returns its items in order
 * @throws EsError 400 when an action line is none: what follows it could be anything, so nothing of the request is taken
 */
export function readBulkBody(body: Buffer): readonly BulkItem[] {
  const items: BulkItem[] = [];
  let header: BulkHeader | undefined;
  let last: Buffer | undefined;
  for (let line = 1, at = 0; at < body.length; line++) {
    const end = lineEnd(body, at);
    // Most shippers send thousands of documents under one and the same action line.
    if (header === undefined || last?.equals(body.subarray(at, end)) !== true) {
      if (isBlank(body, at, end)) {
        at = end + 1;
        continue;
      }
      last = body.subarray(at, end);
      header = parseHeader(last, line);
    }
    at = end + 1;
    if (header.action === 'delete') {
      items.push({ header, start: at, end: at });
      continue;
    }
    if (at >= body.length) throw malformed(line, 'no document stands behind it');
    const stop = lineEnd(body, at);
    items.push({ header, start: at, end: stop });
    at = stop + 1;
    line++;
  }
  if (items.length === 0) throw new EsError(400, 'parse_exception', 'request body is required');
  return items;
}

function lineEnd(body: Buffer, from: number): number {
  const end = body.indexOf(LF, from);
  return end < 0 ? body.length : end;
}

function isBlank(body: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (body[i]! > 32) return false;
  return true;
}

function parseHeader(bytes: Buffer, line: number): BulkHeader {
  if (bytes.length > MAX_ACTION_BYTES) throw malformed(line, `it is longer than ${MAX_ACTION_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    // Whatever is wrong with the JSON, what was expected is said below.
    value = undefined;
  }
  const entries = isDocument(value) ? Object.entries(value) : [];
  const [action, meta] = entries[0] ?? [];
  if (entries.length !== 1 || !ACTIONS.includes(action!) || !isDocument(meta)) {
    throw malformed(line, `expected one of {"create":{…}}, {"index":{…}}, {"delete":{…}}, {"update":{…}}`);
  }
  return { action: action as BulkAction, index: textOf(meta['_index']), id: textOf(meta['_id']) };
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function malformed(line: number, why: string): EsError {
  return new EsError(400, 'illegal_argument_exception', `Malformed action/metadata line [${line}]: ${why}`);
}
