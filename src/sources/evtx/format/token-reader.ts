/**
 * Tokens of binary XML ([MS-EVEN6] 2.2.12), one at a time and without an object for each. Every read is compared with the
 * end of the region first; damage ends the reading with a problem, never with an exception, as a hostile file would make
 * millions of them.
 */
import { u16, u32 } from '../../../base/bytes/little-endian.ts';
import type { ChunkNames } from './chunk-names.ts';

/** Tokens without their flag. */
export const TOKEN = {
  end: 0x00,
  openElement: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  character: 0x08,
  entity: 0x09,
  instructionTarget: 0x0a,
  instructionData: 0x0b,
  instance: 0x0c,
  substitution: 0x0d,
  optional: 0x0e,
  header: 0x0f,
} as const;

/** Flag of a token; an element with it has attributes. All other high bits are damage. */
const MORE = 0x40;
const STRING_VALUE = 1;

/** Reads the tokens of one fragment. */
export class TokenReader {
  /** Token read last, without its flag. */
  token: number = TOKEN.end;
  /** Where that token began. */
  start = 0;
  /** Behind the token: where the next one begins. */
  at = 0;
  /** Offset of the name of an element, attribute, entity or instruction. */
  nameOffset = 0;
  /** Text of a value, CDATA or instruction: first byte and code units. */
  textAt = 0;
  textUnits = 0;
  /** A character reference. */
  unit = 0;
  /** A substitution. */
  slot = 0;
  valueType = 0;
  /** Names must agree with their hash: for space that may have been written over. */
  isStrict = false;
  /** Why reading stopped; empty while all is well. */
  problem = '';

  private bytes: Buffer = Buffer.alloc(0);
  private end = 0;
  private hasDependencies = false;
  private readonly names: ChunkNames;

  constructor(names: ChunkNames) {
    this.names = names;
  }

  /**
   * @param end behind the last byte of the region
   * @param hasDependencies true inside template definitions, whose elements carry a dependency id
   */
  open(bytes: Buffer, at: number, end: number, hasDependencies: boolean): void {
    this.bytes = bytes;
    this.at = at;
    this.end = Math.min(end, bytes.length);
    this.hasDependencies = hasDependencies;
    this.problem = '';
    this.token = TOKEN.end;
  }

  /** @returns the name of the current token, or undefined when its offset leads nowhere */
  name(): string | undefined {
    if (this.isStrict && !this.names.isIntact(this.nameOffset)) return undefined;
    return this.names.at(this.nameOffset);
  }

  /** @returns false at the end of the region and at damage, which `problem` tells apart */
  next(): boolean {
    if (this.at >= this.end) return false;
    const byte = this.bytes[this.at]!;
    this.start = this.at;
    this.token = byte & 0x0f;
    if ((byte & 0xf0 & ~MORE) !== 0) return this.fail(`0x${byte.toString(16)} is no token`);
    switch (this.token) {
      case TOKEN.openElement:
        return this.readElement((byte & MORE) !== 0);
      case TOKEN.value:
        if (this.at + 2 > this.end || this.bytes[this.at + 1] !== STRING_VALUE)
          return this.fail('a literal value that is no string');
        return this.readText(this.at + 2);
      case TOKEN.cdata:
      case TOKEN.instructionData:
        return this.readText(this.at + 1);
      case TOKEN.attribute:
      case TOKEN.entity:
      case TOKEN.instructionTarget:
        return this.readName(this.at + 1);
      case TOKEN.character:
        if (this.at + 3 > this.end) return this.fail('a character reference is cut');
        this.unit = u16(this.bytes, this.at + 1);
        this.at += 3;
        return true;
      case TOKEN.substitution:
      case TOKEN.optional:
        if (this.at + 4 > this.end) return this.fail('a substitution is cut');
        this.slot = u16(this.bytes, this.at + 1);
        this.valueType = this.bytes[this.at + 3]!;
        this.at += 4;
        return true;
      case TOKEN.header:
        if (this.at + 4 > this.end) return this.fail('a fragment header is cut');
        this.at += 4;
        return true;
      default:
        // Ends of all kinds, and a template instance, whose reader goes on behind the token.
        this.at += 1;
        return true;
    }
  }

  private readElement(hasAttributes: boolean): boolean {
    // Dependency id, data size; both say nothing that the substitutions do not say.
    const at = this.at + 1 + (this.hasDependencies ? 2 : 0) + 4;
    if (!this.readName(at)) return false;
    if (!hasAttributes) return true;
    this.at += 4;
    return this.at <= this.end ? true : this.fail('an element is cut');
  }

  /** A name stored right here is skipped. */
  private readName(at: number): boolean {
    if (at + 4 > this.end) return this.fail('a name is cut');
    this.nameOffset = u32(this.bytes, at);
    this.at = at + 4;
    if (this.nameOffset !== this.at) return true;
    const behind = this.names.endOf(this.at);
    if (behind < 0 || behind > this.end) return this.fail('a stored name runs over the end');
    this.at = behind;
    return true;
  }

  private readText(at: number): boolean {
    if (at + 2 > this.end) return this.fail('a text is cut');
    this.textUnits = u16(this.bytes, at);
    this.textAt = at + 2;
    this.at = this.textAt + this.textUnits * 2;
    return this.at <= this.end ? true : this.fail(`a text of ${this.textUnits} characters runs over the end`);
  }

  private fail(problem: string): false {
    this.problem = problem;
    return false;
  }
}
