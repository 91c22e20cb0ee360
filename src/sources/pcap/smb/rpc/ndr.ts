/** Strings at the start of a call's arguments (NDR, C706 chapter 14): best effort, bounded, never more than a few. */
import type { RpcPdu } from './pdu.ts';
import { utf16Name } from '../names.ts';

/** Units of an argument that are kept. */
const MAX_UNITS = 2048;

/** Walks over the arguments of a request; `isBroken` once something did not fit. */
export class NdrReader {
  private readonly pdu: RpcPdu;
  private readonly start: number;
  private readonly end: number;
  private offset: number;
  isBroken = false;

  /** @param start offset of the arguments from the start of the fragment */
  constructor(pdu: RpcPdu, start: number) {
    this.pdu = pdu;
    this.start = start;
    this.offset = start;
    this.end = pdu.bodyEnd - pdu.at;
  }

  /** Context handles, numbers: passed over. */
  skip(count: number): void {
    this.offset += count;
  }

  number(): number {
    this.align(4);
    if (this.offset + 4 > this.end) {
      this.isBroken = true;
      return 0;
    }
    const value = this.pdu.u32(this.offset);
    this.offset += 4;
    return value;
  }

  /** A unique pointer to a string: a referent, then the string when there is one. */
  pointedString(): string | undefined {
    return this.number() === 0 || this.isBroken ? undefined : this.string();
  }

  /** A conformant and varying string: most units, offset, units, text. */
  string(): string | undefined {
    const most = this.number();
    const skipped = this.number();
    const units = this.number();
    if (this.isBroken || skipped !== 0 || units > most || this.offset + units * 2 > this.end) {
      this.isBroken = true;
      return undefined;
    }
    const from = this.pdu.at + this.offset;
    const text = utf16Name(this.pdu.bytes, { from, to: from + Math.min(units, MAX_UNITS) * 2 });
    this.offset += units * 2;
    return text;
  }

  private align(size: number): void {
    const over = (this.offset - this.start) % size;
    if (over !== 0) this.offset += size - over;
  }
}
