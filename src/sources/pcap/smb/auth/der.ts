/**
 * ASN.1 in DER, as far as SPNEGO and Kerberos tokens need it. Readers descend by name, never by recursion; an element never
 * reaches beyond its parent, and all elements of a token together are counted.
 */

/** One element: its content lies from `from` to `to`. */
export interface DerElement {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}

/** Reads the elements of one token. */
export class DerReader {
  readonly bytes: Uint8Array;
  private left: number;

  /** @param limit elements of the whole token */
  constructor(bytes: Uint8Array, limit: number) {
    this.bytes = bytes;
    this.left = limit;
  }

  /** The limit was reached: what was read is not all. */
  get isExhausted(): boolean {
    return this.left <= 0;
  }

  /** @returns the element at a place, clipped to its parent; undefined when none is there */
  at(from: number, to: number): DerElement | undefined {
    if (from + 2 > to || this.left <= 0) return undefined;
    this.left--;
    const { bytes } = this;
    const tag = bytes[from]!;
    const first = bytes[from + 1]!;
    if (first < 0x80) return { tag, from: from + 2, to: Math.min(from + 2 + first, to) };
    const count = first & 0x7f;
    if (count === 0 || count > 4 || from + 2 + count > to) return undefined;
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[from + 2 + i]!;
    const start = from + 2 + count;
    return { tag, from: start, to: Math.min(start + length, to) };
  }

  /** @returns the first element inside another when it has the tag, or undefined */
  inside(parent: DerElement | undefined, tag: number): DerElement | undefined {
    if (parent === undefined) return undefined;
    const element = this.at(parent.from, parent.to);
    return element?.tag === tag ? element : undefined;
  }

  /** @returns the first element inside another, whatever it is */
  content(parent: DerElement | undefined): DerElement | undefined {
    return parent === undefined ? undefined : this.at(parent.from, parent.to);
  }

  /** @returns the first child with the tag */
  child(parent: DerElement | undefined, tag: number): DerElement | undefined {
    if (parent === undefined) return undefined;
    for (let at = parent.from; at < parent.to; ) {
      const element = this.at(at, parent.to);
      if (element === undefined || element.tag === tag) return element;
      at = element.to;
    }
    return undefined;
  }

  /** @returns the children of an element, as many as the limit allows */
  children(parent: DerElement | undefined): DerElement[] {
    const found: DerElement[] = [];
    if (parent === undefined) return found;
    for (let at = parent.from; at < parent.to; ) {
      const element = this.at(at, parent.to);
      if (element === undefined) break;
      found.push(element);
      at = element.to;
    }
    return found;
  }

  /** @returns a small integer, undefined when the element is none */
  integer(element: DerElement | undefined): number | undefined {
    if (element === undefined || element.to <= element.from || element.to - element.from > 4) return undefined;
    let value = this.bytes[element.from]! >= 0x80 ? -1 : 0;
    for (let i = element.from; i < element.to; i++) value = value * 256 + this.bytes[i]!;
    return value;
  }

  /** @returns an object identifier in dotted decimals */
  oid(element: DerElement | undefined): string {
    if (element === undefined) return '';
    const first = this.bytes[element.from] ?? 0;
    const parts = [Math.min(Math.floor(first / 40), 2), first - Math.min(Math.floor(first / 40), 2) * 40];
    let value = 0;
    for (let i = element.from + 1; i < element.to && parts.length < 32; i++) {
      const byte = this.bytes[i]!;
      value = Math.min(value * 128 + (byte & 0x7f), Number.MAX_SAFE_INTEGER);
      if (byte < 0x80) {
        parts.push(value);
        value = 0;
      }
    }
    return parts.join('.');
  }
}
