/** Templates of v9 (RFC 3954 §5.2) and IPFIX (RFC 7011 §3.4): which values a record holds, in which order. */
import { be16 } from '../../base/bytes/big-endian.ts';
import { type ElementRead, type ElementValue, elementRead } from './elements.ts';
import { FlowRecord } from './flow-record.ts';
import { NETFLOW_LIMITS } from './limits.ts';

/** Length of a value that states its own (RFC 7011 §7). */
const VARIABLE = 65_535;

interface TemplateField {
  readonly read: ElementRead | undefined;
  readonly size: number;
}

/** The layout of records. */
export interface Template {
  readonly isOptions: boolean;
  readonly fields: readonly TemplateField[];
  /** Fewest bytes a record can have. */
  readonly leastBytes: number;
  readonly hasVariable: boolean;
}

/** Reads the fields of a template one after another. */
export class TemplateReader {
  private readonly bytes: Uint8Array;
  private readonly end: number;
  private readonly isIpfix: boolean;
  at: number;

  constructor(bytes: Uint8Array, at: number, end: number, isIpfix: boolean) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.isIpfix = isIpfix;
  }

  /** @returns the template of `count` fields that begins here, undefined when it is cut off or too long */
  read(count: number, isOptions: boolean): Template | undefined {
    if (count > NETFLOW_LIMITS.fields) return undefined;
    const fields: TemplateField[] = [];
    let leastBytes = 0;
    let hasVariable = false;
    for (let field = 0; field < count; field++) {
      if (this.at + 4 > this.end) return undefined;
      const type = this.u16(this.at);
      const size = this.u16(this.at + 2);
      this.at += 4;
      let enterprise = 0;
      if (this.isIpfix && type >= 0x8000) {
        if (this.at + 4 > this.end) return undefined;
        enterprise = this.u16(this.at) * 65_536 + this.u16(this.at + 2);
        this.at += 4;
      }
      const isVariable = this.isIpfix && size === VARIABLE;
      fields.push({ read: elementRead(this.isIpfix ? type & 0x7fff : type, enterprise), size: isVariable ? -1 : size });
      leastBytes += isVariable ? 1 : size;
      hasVariable ||= isVariable;
    }
    return { isOptions, fields, leastBytes, hasVariable };
  }

  private u16(at: number): number {
    return be16(this.bytes, at);
  }
}

/** The value being read; written over for each. */
class Value implements ElementValue {
  bytes: Uint8Array = new Uint8Array(0);
  from = 0;
  size = 0;
}

const value = new Value();

/**
 * Reads the records of a data set.
 *
 * @param visit is given each record
 * @returns records read; a record that does not fit ends the set, as padding does
 */
export function readRecords(
  template: Template,
  bytes: Uint8Array,
  from: number,
  end: number,
  visit: (record: FlowRecord) => void,
): number {
  let count = 0;
  let at = from;
  // A template of nothing but empty values would never come to an end.
  while (template.leastBytes > 0 && at + template.leastBytes <= end) {
    const record = new FlowRecord();
    at = readRecord(template, bytes, at, end, record);
    if (at < 0) break;
    count++;
    visit(record);
  }
  return count;
}

/** @returns where the next record begins, -1 when this one does not fit */
function readRecord(template: Template, bytes: Uint8Array, from: number, end: number, record: FlowRecord): number {
  let at = from;
  for (const { read, size: stated } of template.fields) {
    let size = stated;
    if (size < 0) {
      if (at >= end) return -1;
      size = bytes[at++]!;
      if (size === 255) {
        if (at + 2 > end) return -1;
        size = be16(bytes, at);
        at += 2;
      }
    }
    if (at + size > end) return -1;
    if (read && size > 0) {
      value.bytes = bytes;
      value.from = at;
      value.size = size;
      read(record, value);
    }
    at += size;
  }
  return at;
}
