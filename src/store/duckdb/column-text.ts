import { addressOf } from '../../base/address/address.ts';
import type { Scalar } from '../../event/document.ts';
import { addressKey } from '../../query/compile/sql/address-key.ts';
import type { EventColumn } from '../../query/compile/sql/catalogue-columns.ts';

/** Texts that are remembered as JSON, and addresses with their numbers: the values of events repeat themselves. */
const MAX_TEXTS = 20_000;
const MAX_ADDRESSES = 20_000;
/** Longer texts hardly repeat. */
const MAX_LENGTH = 80;

/** Writes values as JSON for the columns of a table. */
export class ColumnTexts {
  private readonly quotes = new Map<string, string>();
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
    if (text.length > MAX_LENGTH) return JSON.stringify(text.toWellFormed());
    const known = this.quotes.get(text);
    if (known !== undefined) return known;
    const written = JSON.stringify(text.toWellFormed());
    if (this.quotes.size >= MAX_TEXTS) this.quotes.clear();
    this.quotes.set(text, written);
    return written;
  }

  private address(text: string): string | undefined {
    const known = this.addresses.get(text);
    if (known !== undefined) return known;
    const address = addressOf(text);
    if (!address) return undefined;
    const written = `"${addressKey(address)}"`;
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
