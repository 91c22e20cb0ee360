/** One document by itself, as scripts and simple shippers send it: the bulk request of one item that it stands for. */
import { type Document, isDocument } from '../../../event/document.ts';
import type { BulkAction } from './bulk-body.ts';
import { EsError, type EsErrorType } from './es-error.ts';

const LF = 10;
const SPACE = 32;

/** What the path of a request says: `/:index/_doc`, `/:index/_doc/:id`, `/:index/_create/:id`. */
export interface SingleTarget {
  readonly action: BulkAction & ('create' | 'index');
  readonly index: string;
  readonly id?: string;
}

/**
 * @param document as it came, a JSON object over any number of lines
 * @returns the body of the bulk request
 */
export function asBulkBody({ action, index, id }: SingleTarget, document: Buffer): Buffer {
  const header = JSON.stringify({ [action]: { _index: index, ...(id !== undefined && { _id: id }) } });
  // The end of a line is white space in JSON: within a text it would be written otherwise.
  const line = Buffer.from(document).map((byte) => (byte === LF ? SPACE : byte));
  return Buffer.concat([Buffer.from(`${header}\n`), line, Buffer.of(LF)]);
}

/**
 * @param answer to the bulk request
 * @returns status and answer to the request of one document
 * @throws EsError when it was not taken in
 */
export function singleAnswer({ action }: SingleTarget, answer: Document): { status: number; answer: Document } {
  const [item] = answer['items'] as readonly Record<string, Document>[];
  const { status, error, ...rest } = item![action]!;
  if (isDocument(error)) throw new EsError(Number(status), error['type'] as EsErrorType, String(error['reason']));
  return { status: Number(status), answer: { ...rest, _shards: { total: 1, successful: 1, failed: 0 } } };
}
