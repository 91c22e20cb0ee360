/**
 * Templates, policies and pipelines that shippers set up before they send. They are remembered by name, so that a shipper finds
 * them at its next start, and never executed: events go by our own fields.
 */
import type { Document } from '../../../event/document.ts';
import type { Store } from '../../../store/store.ts';
import { EsError } from './es-error.ts';

/** Kinds of objects by the path below which they stand, and how one is answered. */
const KINDS = {
  _index_template: (name: string, body: Document) => ({ index_templates: [{ name, index_template: body }] }),
  _component_template: (name: string, body: Document) => ({
    component_templates: [{ name, component_template: body }],
  }),
  _template: (name: string, body: Document) => ({ [name]: body }),
  '_ilm/policy': (name: string, body: Document) => ({ [name]: { version: 1, ...body } }),
  '_ingest/pipeline': (name: string, body: Document) => ({ [name]: body }),
  _data_stream: (name: string) => ({
    data_streams: [
      { name, timestamp_field: { name: '@timestamp' }, indices: [], generation: 1, status: 'GREEN', template: name },
    ],
  }),
} satisfies Record<string, (name: string, body: Document) => Document>;

/** A path below which named objects stand. */
export type ShipperKind = keyof typeof KINDS;

/** All of them. */
export const SHIPPER_KINDS = Object.keys(KINDS) as readonly ShipperKind[];

/** Objects that are remembered; a site has a few for each shipper. */
const MAX_OBJECTS = 5_000;
/** Bytes of one; the templates of Beats have half a megabyte. */
export const MAX_OBJECT_BYTES = 4 * 1024 * 1024;

/** See the head of this file. */
export class ShipperObjects {
  private readonly desk: Store['desk'];

  constructor(desk: Store['desk']) {
    this.desk = desk;
  }

  /** @returns the answer that shows it, or undefined when nobody has put it */
  async find(kind: ShipperKind, name: string): Promise<Document | undefined> {
    const entry = await this.desk.get('shipper-object', idOf(kind, name));
    return entry && KINDS[kind](name, entry.document);
  }

  /** @throws EsError 429 when there are too many */
  async put(kind: ShipperKind, name: string, body: Document, by: string): Promise<void> {
    const id = idOf(kind, name);
    const known = await this.desk.get('shipper-object', id);
    if (!known && (await this.desk.list('shipper-object')).length >= MAX_OBJECTS) {
      throw new EsError(429, 'es_rejected_execution_exception', `${MAX_OBJECTS} objects of shippers are remembered`);
    }
    // The same object comes at every start of every shipper; its history would be all there is.
    if (known && JSON.stringify(known.document) === JSON.stringify(body)) return;
    await this.desk.put({ kind: 'shipper-object', id, document: body, by, atMs: Date.now() });
  }

  /** @returns whether it was there */
  remove(kind: ShipperKind, name: string, by: string): Promise<boolean> {
    return this.desk.remove('shipper-object', idOf(kind, name), by, Date.now());
  }
}

function idOf(kind: ShipperKind, name: string): string {
  return `${kind}/${name}`;
}
