import { addressOf } from '../../../base/address/address.ts';
import type { Scalar } from '../../../event/document.ts';
import { addressKey } from '../../../query/compile/sql/address-key.ts';
import type { EventColumn } from '../../../query/compile/sql/catalogue-columns.ts';

/** Texts of addresses that are remembered with their numbers. */
const MAX_ADDRESSES = 20_000;

/** Key of 0.0.0.0, which is a number without loss. */
const V4_KEYS = 0xffff_0000_0000;

/** Up to this length looking at each character takes less time than the call. */
const SHORT = 48;
const QUOTE = 34;
const BACKSLASH = 92;

/** Writes values as JSON for the columns of a table. */
export class ColumnTexts {
  private readonly addresses = new Map<string, string>();

  /** @returns the value as a column of the type reads it; undefined when it does not fit */
  of(type: EventColumn['type'], value: Scalar): string | undefined {
    switch (type) {
      case 'text':
        return typeof value === 'string' ? this.quoted(value) : undefined;
      case 'number':
        return typeof value === 'number' ? String(value) : undefined;
      case 'boolean':
        return typeof value === 'boolean' ? String(value) : undefined;
      case 'address':
        return typeof value === 'string' ? this.address(value) : undefined;
    }
  }

  /** @returns the text as JSON; half characters become U+FFFD */
  quoted(text: string): string {
    if (text.length > SHORT) return JSON.stringify(text.toWellFormed());
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c < 32 || c > 126 || c === QUOTE || c === BACKSLASH) return JSON.stringify(text.toWellFormed());
    }
    return `"${text}"`;
  }

  private address(text: string): string | undefined {
    const known = this.addresses.get(text);
    if (known !== undefined) return known;
    const address = addressOf(text);
    if (!address) return undefined;
    const written = `"${address.isV4 ? V4_KEYS + address.d : addressKey(address)}"`;
    if (this.addresses.size >= MAX_ADDRESSES) this.addresses.clear();
    this.addresses.set(text, written);
    return written;
  }
}

/** Half characters, which JSON writes as `\ud83d`, become U+FFFD as they do in the columns. */
export function wellFormedJson(text: string): string {
  if (!text.includes('\\ud')) return text;
  return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (escape) => (escape.startsWith('\\ud') ? '\ufffd' : escape));
}
