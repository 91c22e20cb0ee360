/**
 * Writes XML trees as BinXML into a chunk. Names and template definitions are stored where they are used first and pointed
 * to later, so a writer lives as long as its chunk.
 */
import { createHash } from 'node:crypto';
import type { EvtxOptions } from './description.ts';
import type { Child, Element, Fragment, Leaf } from './event-tree.ts';
import type { OutBytes } from './out-bytes.ts';
import { encodeValue, isArrayType, typeCode, valueTexts } from './value.ts';

/** Offsets of what a chunk already holds, and its two tables of chain heads. */
export interface Stored {
  readonly names: Map<string, number>;
  readonly templates: Map<string, number>;
  readonly nameHeads: Uint32Array;
  readonly templateHeads: Uint32Array;
}

/** Names per chunk are kept in 64 chains, template definitions in 32. */
export const NAME_BUCKETS = 64;
export const TEMPLATE_BUCKETS = 32;

const NO_DEPENDENCY = 0xffff;
const FRAGMENT_TYPE = 0x21;
const MORE = 0x40;

/** Entity names of the characters that XML keeps for itself. */
const ENTITIES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** What fills a slot. */
type Slot = Leaf | Fragment;

/** Low 16 bits of the hash by which a name is found in the chunk's table. */
export function nameHash(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 65_599) + name.charCodeAt(i)) | 0;
  return hash & 0xffff;
}

/** Writes fragments into one chunk. */
export class BinXmlWriter {
  readonly #out: OutBytes;
  readonly #stored: Stored;
  readonly #options: EvtxOptions;

  constructor(out: OutBytes, stored: Stored, options: EvtxOptions) {
    this.#out = out;
    this.#stored = stored;
    this.#options = options;
  }

  /** A fragment: optional header, then a template instance or a literal element, then the end. */
  fragment(root: Element, literal: boolean, header = true): void {
    if (header) this.#fragmentHeader();
    if (literal) this.#element(root, undefined);
    else this.#instance(root);
    this.#out.u8(0x00);
  }

  #fragmentHeader(): void {
    for (const byte of [0x0f, 1, 1, 0]) this.#out.u8(byte);
  }

  #instance(root: Element): void {
    const slots: Slot[] = [];
    collectSlots(root, slots);
    const key = shapeOf(root);
    const guid = createHash('sha256').update(key).digest().subarray(0, 16);
    const out = this.#out;
    out.u8(0x0c);
    out.u8(1);
    out.u32(guid.readUInt32LE(0));
    const known = this.#stored.templates.get(key);
    out.u32(known ?? out.position + 4);
    if (known === undefined) this.#definition(root, key, guid);
    out.u32(slots.length);
    const descriptors = out.position;
    out.raw(Buffer.alloc(slots.length * 4));
    for (const [index, slot] of slots.entries()) this.#slotValue(slot, descriptors + index * 4);
  }

  #definition(root: Element, key: string, guid: Buffer): void {
    const out = this.#out;
    const bucket = guid.readUInt32LE(0) % TEMPLATE_BUCKETS;
    const at = out.position;
    out.u32(this.#stored.templateHeads[bucket]!);
    this.#stored.templateHeads[bucket] = at;
    this.#stored.templates.set(key, at);
    out.raw(guid);
    const size = out.reserveU32();
    this.#fragmentHeader();
    this.#element(root, { next: 0 });
    out.u8(0x00);
    out.fillSize(size);
  }

  #slotValue(slot: Slot, descriptor: number): void {
    const out = this.#out;
    const start = out.position;
    let type = 0;
    if (slot.kind === 'fragment') {
      type = FRAGMENT_TYPE;
      this.fragment(slot.root, slot.literal, slot.header);
    } else if (slot.value !== null) {
      type = typeCode(slot.type);
      out.raw(encodeValue(slot.type, slot.value, this.#options.terminateStrings === true));
    } else {
      // Windows leaves old bytes there; a reader that takes them for a value shows it.
      out.raw(Buffer.alloc(this.#options.nullBytes ?? 0, 0xee));
    }
    out.bytes.writeUInt16LE(out.position - start, descriptor);
    out.bytes.writeUInt8(type, descriptor + 2);
  }

  /** @param numbering gives slots their numbers inside a definition; undefined for a literal element */
  #element(element: Element, numbering: { next: number } | undefined): void {
    const out = this.#out;
    const attributes = numbering ? element.attributes : element.attributes.filter(([, value]) => isPresent(value));
    out.u8(attributes.length > 0 ? 0x01 | MORE : 0x01);
    // Only definitions name the slot an element depends on.
    if (numbering) out.u16(dependencyOf(element, numbering.next + slotCount(attributes)));
    const size = out.reserveU32();
    this.#name(element.name);
    if (attributes.length > 0) {
      const list = out.reserveU32();
      for (const [index, [name, value]] of attributes.entries()) {
        out.u8(index < attributes.length - 1 ? 0x06 | MORE : 0x06);
        this.#name(name);
        this.#content(value, numbering);
      }
      out.fillSize(list);
    }
    const children = numbering ? element.children : element.children.filter((child) => !isEmptyText(child));
    if (children.length === 0) {
      out.u8(0x03);
    } else {
      out.u8(0x02);
      for (const child of children) this.#child(child, numbering);
      out.u8(0x04);
    }
    out.fillSize(size);
  }

  #child(child: Child, numbering: { next: number } | undefined): void {
    if (typeof child === 'string' || child.kind === 'leaf') this.#content(child, numbering);
    else if (child.kind === 'fragment') this.#substitution(false, FRAGMENT_TYPE, numbering);
    else if (numbering) this.#element(child, numbering);
    else for (const repeated of repeatedFor(child)) this.#element(repeated, numbering);
  }

  #content(content: Leaf | string, numbering: { next: number } | undefined): void {
    if (typeof content === 'string') this.#text(content);
    else if (numbering) this.#substitution(content.optional, typeCode(content.type), numbering);
    else if (content.value !== null) this.#text(valueTexts(content.type, content.value)[0] ?? '');
  }

  #substitution(optional: boolean, type: number, numbering: { next: number } | undefined): void {
    if (!numbering) throw new Error('a literal element holds no slots');
    this.#out.u8(optional ? 0x0e : 0x0d);
    this.#out.u16(numbering.next++);
    this.#out.u8(type);
  }

  #text(text: string): void {
    const style = this.#options.literalText ?? 'plain';
    if (style === 'references') this.#references(text);
    else this.#plain(text, false, style === 'cdata' && /[&<>]/.test(text));
  }

  #plain(text: string, more: boolean, cdata = false): void {
    this.#out.u8((cdata ? 0x07 : 0x05) | (more ? MORE : 0));
    if (!cdata) this.#out.u8(1);
    this.#out.u16(text.length);
    this.#out.utf16(text);
  }

  /** Text, entity references and character references one after another. */
  #references(text: string): void {
    const parts = text.split(/([&<>"'\r\n\t])/).filter((part) => part !== '');
    if (parts.length === 0) this.#plain('', false);
    for (const [index, part] of parts.entries()) {
      const more = index < parts.length - 1;
      const entity = ENTITIES[part];
      if (entity !== undefined) {
        this.#out.u8(0x09 | (more ? MORE : 0));
        this.#name(entity);
      } else if (/^[\r\n\t]$/.test(part)) {
        this.#out.u8(0x08 | (more ? MORE : 0));
        this.#out.u16(part.charCodeAt(0));
      } else {
        this.#plain(part, more);
      }
    }
  }

  #name(name: string): void {
    const out = this.#out;
    const known = this.#stored.names.get(name);
    if (known !== undefined) {
      out.u32(known);
      return;
    }
    const at = out.position + 4;
    const hash = nameHash(name);
    const bucket = hash % NAME_BUCKETS;
    out.u32(at);
    out.u32(this.#stored.nameHeads[bucket]!);
    out.u16(hash);
    out.u16(name.length);
    out.utf16(name);
    out.u16(0);
    this.#stored.nameHeads[bucket] = at;
    this.#stored.names.set(name, at);
  }
}

function collectSlots(element: Element, slots: Slot[]): void {
  for (const [, value] of element.attributes) if (typeof value !== 'string') slots.push(value);
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    if (child.kind === 'element') collectSlots(child, slots);
    else slots.push(child);
  }
}

/** Two records with one shape share a template: names, constants and slot types, not values. */
function shapeOf(element: Element): string {
  return JSON.stringify(element, (key, value: unknown) => {
    if (key === 'value') return undefined;
    return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'fragment' ? 0x21 : value;
  });
}

function slotCount(attributes: Element['attributes']): number {
  return attributes.filter(([, value]) => typeof value !== 'string').length;
}

function dependencyOf({ children }: Element, slot: number): number {
  const only = children.length === 1 ? children[0] : undefined;
  const isOptional = typeof only === 'object' && only.kind === 'leaf' && only.optional;
  return isOptional ? slot : NO_DEPENDENCY;
}

function isPresent(value: Leaf | string): boolean {
  return typeof value === 'string' || value.value !== null || !value.optional;
}

function isEmptyText(child: Child): boolean {
  return child === '' || (typeof child === 'object' && child.kind === 'leaf' && child.value === null);
}

/** A literal element stands once for each item of an array, and not at all for an optional value that is absent. */
function repeatedFor(element: Element): Element[] {
  const only = element.children.length === 1 ? element.children[0] : undefined;
  if (typeof only !== 'object' || only.kind !== 'leaf') return [element];
  if (only.value === null) return only.optional ? [] : [element];
  if (!isArrayType(only.type)) return [element];
  const texts = valueTexts(only.type, only.value);
  return (texts.length > 0 ? texts : ['']).map((text) => ({ ...element, children: [text] }));
}
