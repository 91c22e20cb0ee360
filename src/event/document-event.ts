/**
 * The view of an event that is a JSON document already: one read from an ECS file or from a store, or the element of a
 * nested field. Values are brought into the form of their field's type; what does not fit the type is absent, and stays in
 * the document.
 */
import { stableId } from '../base/hash.ts';
import { derivedFields } from './derive/derivations.ts';
import { canonicalJson, type Document, type FieldValue, isDocument, type Scalar, setPath } from './document.ts';
import { coerceValue } from './document-event-value.ts';
import { type Field, type FieldId, fieldId, fields } from './field.ts';
import { LazyEvent } from './lazy-event.ts';
import type { Networks } from './networks.ts';
import { firstNumber, type Provenance } from './view.ts';

const EVENT_ID = fieldId('smbastion.event.id');
const START = fieldId('event.start');
const NOWHERE: Provenance = { file: '-', format: 'ecs' };

/** Levels of objects and arrays that are read. Real events have fewer than ten; a hostile one must not end the stack. */
const MAX_DOCUMENT_DEPTH = 200;

/** What stands in documents we make where the original went deeper than {@link MAX_DOCUMENT_DEPTH}. */
const TOO_DEEP = `(more than ${MAX_DOCUMENT_DEPTH} levels)`;

/** An event over an ECS document with nested, dotted or mixed keys. */
export class DocumentEvent extends LazyEvent {
  protected source: Document;
  private place: Provenance;
  private storedId: string | undefined;
  private normal: Document | undefined;
  /** Values found for the field being read; reused for every field. */
  private readonly found: Scalar[] = [];

  /**
   * @param document the event; an empty one when it is set later
   * @param provenance where it was read
   */
  constructor(networks: Networks, document: Document = {}, provenance: Provenance = NOWHERE) {
    super(networks);
    this.source = document;
    this.place = provenance;
  }

  /**
   * The view now shows another event.
   *
   * @param storedId identity under which the event is stored; without it the identity is what the document says, or follows from its content
   */
  point(document: Document, provenance: Provenance = NOWHERE, storedId?: string): void {
    this.nextEvent();
    this.storedId = storedId;
    this.source = document;
    this.place = provenance;
    this.normal = undefined;
  }

  /** Groups of fields (type object or nested) have no value of their own: `true` when anything stands below them. */
  protected override read(id: FieldId): FieldValue {
    if (id === EVENT_ID && this.storedId !== undefined) return this.storedId;
    const field = fields.at(id);
    if (field.type === 'object' || field.type === 'nested') return this.hasBelow(field.path) ? true : undefined;
    const { found } = this;
    found.length = 0;
    collect(this.whole(), field, 0, found, 0);
    if (found.length === 0 && isRawName(field)) collectFolded(this.nested(), field, found);
    if (found.length === 0) return undefined;
    return found.length === 1 ? found[0] : found.slice();
  }

  override elements(path: readonly string[]): readonly Document[] {
    const found: Document[] = [];
    addElements(valueAt(this.nested(), path), found);
    return found;
  }

  /** @returns whether any value stands at or below a path, such as `source`; names outside the catalogue count too */
  hasBelow(path: readonly string[]): boolean {
    return hasValue(valueAt(this.nested(), path));
  }

  /** Fields outside the catalogue are left out. */
  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    const seen = new Set<FieldId>();
    const show = (field: Field | undefined) => {
      if (!field || seen.has(field.id) || field.type === 'object' || field.type === 'nested') return;
      seen.add(field.id);
      const value = this.get(field.id);
      if (value !== undefined) visit(field, value);
    };
    eachName(this.nested(), '', (name) => show(fields.met(name)));
    for (const id of derivedFields) show(fields.at(id));
  }

  /** Keys are nested; values are left as they were written, derived fields are added. */
  override document(): Document {
    const copy = nestedCopy(this.whole());
    for (const id of derivedFields) {
      const { path } = fields.at(id);
      if (valueAt(copy, path) !== undefined) continue;
      const value = this.get(id);
      if (value !== undefined) setPath(copy, path, value);
    }
    return copy;
  }

  override id(): string {
    const known = this.get(EVENT_ID);
    if (typeof known === 'string') return known;
    const identity = { ...this.nested() };
    delete identity['smbastion'];
    if (isDocument(identity['event'])) {
      const { ingested: _, ...event } = identity['event'];
      identity['event'] = event;
    }
    return stableId(['document', canonicalJson(identity)]);
  }

  /** Of events of our own, whose id is known, it cannot be told what that was made of. */
  beganMs(): number | undefined {
    return typeof this.get(EVENT_ID) === 'string' ? firstNumber(this, START) : undefined;
  }

  override provenance(): Provenance {
    return this.place;
  }

  /** The event as it was written. */
  protected whole(): Document {
    return this.source;
  }

  private nested(): Document {
    this.normal ??= nestedCopy(this.whole());
    return this.normal;
  }
}

/** Adds the values at a field's path from part `from` on, through arrays and joined keys, in the form of its type. */
function collect(value: unknown, field: Field, from: number, found: Scalar[], depth: number): void {
  if (value === null || value === undefined || depth > MAX_DOCUMENT_DEPTH) return;
  if (Array.isArray(value)) {
    for (const element of value) collect(element, field, from, found, depth + 1);
    return;
  }
  const { path } = field;
  if (from === path.length) {
    const coerced = coerceValue(field.type, value);
    if (coerced !== undefined) found.push(coerced);
    return;
  }
  if (typeof value !== 'object') return;
  const document = value as Document;
  const keys = keysFrom(field, from);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (Object.hasOwn(document, key)) collect(document[key], field, from + i + 1, found, depth + 1);
  }
}

/** By number of the field and part of its name: the keys under which an object may hold it, such as `ip` of `source.ip`. */
const KEYS: (readonly string[])[][] = [];

function keysFrom({ id, path }: Field, from: number): readonly string[] {
  const ofField = (KEYS[id] ??= path.map((_, at) =>
    path.slice(at).map((__, more) => path.slice(at, at + more + 1).join('.')),
  ));
  return ofField[from]!;
}

/** @returns whether the field is a raw value of a Windows event, whose names compare without case and blanks as in the log */
export function isRawName({ path, catalogued }: Field): boolean {
  return !catalogued && path[0] === 'winlog' && (path[1] === 'event_data' || path[1] === 'user_data');
}

function collectFolded(document: Document, field: Field, found: Scalar[]): void {
  const { path } = field;
  let at = valueAt(document, path.slice(0, 2));
  for (const part of path.slice(2)) {
    if (!isDocument(at)) return;
    const wanted = foldedName(part);
    const key = Object.keys(at).find((name) => foldedName(name) === wanted);
    if (key === undefined) return;
    at = at[key];
  }
  collect(at, field, path.length, found, 0);
}

function foldedName(name: string): string {
  return name.replaceAll(' ', '').toLowerCase();
}

/** @returns the value at a path of a document with nested keys, or undefined */
export function valueAt(document: Document, path: readonly string[]): unknown {
  let at: unknown = document;
  for (const key of path) {
    if (!isDocument(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

function addElements(value: unknown, found: Document[]): void {
  if (Array.isArray(value)) for (const element of value) addElements(element, found);
  else if (isDocument(value)) found.push(value);
}

/** @returns whether a JSON value holds anything: null, empty arrays and empty objects do not */
function hasValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasValue);
  if (isDocument(value)) return Object.values(value).some(hasValue);
  return value !== null && value !== undefined;
}

/** Calls back with the dotted name of every value, through arrays; the document is a {@link nestedCopy}. */
function eachName(value: unknown, name: string, visit: (name: string) => void): void {
  if (Array.isArray(value)) {
    for (const element of value) eachName(element, name, visit);
  } else if (isDocument(value)) {
    for (const key of Object.keys(value)) eachName(value[key], name === '' ? key : `${name}.${key}`, visit);
  } else {
    visit(name);
  }
}

/** @returns a deep copy in which every dotted key has become objects; two spellings of one object are joined */
export function nestedCopy(document: Document): Document {
  const copy: Document = {};
  addNested(copy, document, 0);
  return copy;
}

/** Adds a document to what stands at a path of another, whose keys are nested: {@link nestedCopy} into a place. */
export function addNestedAt(target: Document, path: readonly string[], document: Document): void {
  const known = valueAt(target, path);
  const into: Document = isDocument(known) ? known : {};
  if (into !== known) setPath(target, path, into);
  addNested(into, document, path.length);
}

function addNested(target: Document, document: Document, depth: number): void {
  for (const key of Object.keys(document)) {
    const value = document[key];
    if (!key.includes('.') && depth < MAX_DOCUMENT_DEPTH && !Object.hasOwn(target, key) && key !== '__proto__') {
      // The usual key is plain and new: nothing to cut, nothing to join.
      if (isDocument(value)) addNested((target[key] = {}), value, depth + 1);
      else target[key] = copyValue(value, depth + 1);
      continue;
    }
    const path = nestablePath(target, key);
    if (depth + path.length > MAX_DOCUMENT_DEPTH) {
      setPath(target, [path[0]!], TOO_DEEP);
      continue;
    }
    const known = valueAt(target, path);
    if (isDocument(value)) {
      const into: Document = isDocument(known) ? known : {};
      if (into !== known) setPath(target, path, joined(known, into));
      addNested(into, value, depth + path.length);
    } else {
      setPath(target, path, joined(known, copyValue(value, depth + path.length)));
    }
  }
}

/** The key cut at its dots, or whole where it cannot be: an empty part, or a value that is no object on the way. */
function nestablePath(target: Document, key: string): readonly string[] {
  if (!key.includes('.')) return [key];
  const path = key.split('.');
  if (path.includes('')) return [key];
  let at: unknown = target;
  for (const part of path.slice(0, -1)) {
    if (!isDocument(at)) return [key];
    if (!Object.hasOwn(at, part)) break;
    at = at[part];
  }
  return isDocument(at) ? path : [key];
}

/** A name given twice, as `a.b` and as `a: {b}`, keeps both values. */
function joined(known: unknown, value: unknown): unknown {
  return known === undefined ? value : [known, value].flat();
}

function copyValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DOCUMENT_DEPTH) return TOO_DEEP;
  if (Array.isArray(value)) return value.map((element) => copyValue(element, depth + 1));
  const copy: Document = {};
  addNested(copy, value as Document, depth + 1);
  return copy;
}
