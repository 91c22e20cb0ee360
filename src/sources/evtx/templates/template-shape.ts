import { u16, u32 } from '../../../base/bytes/little-endian.ts';
import { type ChunkNames, NAME_FRAME } from '../format/chunk-names.ts';
import { TOKEN, type TokenReader } from '../format/token-reader.ts';
import { MAX_TOKENS } from '../limits.ts';

/** Token, dependency id and size of an element stand before its name; the token alone before that of all others. */
const BEFORE_ELEMENT_NAME = 7;
const NAMED: ReadonlySet<number> = new Set([TOKEN.attribute, TOKEN.entity, TOKEN.instructionTarget]);

/**
 * A definition as it stood in one chunk. In another its bytes are the same but for the offsets of its names, so that it is
 * known again by comparing: a quarter of the work of reading its tokens, and without any doubt.
 */
export class TemplateShape {
  private readonly body: Uint8Array;
  private readonly bodyView: DataView;
  /** For each name the place of its offset, and the place behind it and behind the name, where that is stored right here. */
  private readonly places: readonly number[];
  private readonly names: readonly string[];

  private constructor(body: Uint8Array, places: readonly number[], names: readonly string[]) {
    this.body = body;
    this.bodyView = new DataView(body.buffer, body.byteOffset, body.length);
    this.places = places;
    this.names = names;
  }

  /**
   * @param body where the definition's fragment begins
   * @returns undefined when the definition is damaged
   */
  static of(bytes: Buffer, body: number, size: number, reader: TokenReader): TemplateShape | undefined {
    const places: number[] = [];
    const names: string[] = [];
    reader.open(bytes, body, body + size, true);
    for (let tokens = 0; tokens < MAX_TOKENS && reader.next(); tokens++) {
      if (reader.token === TOKEN.end) {
        // What stands behind the end of the fragment has no meaning.
        return new TemplateShape(Uint8Array.from(bytes.subarray(body, reader.at)), places, names);
      }
      const isElement = reader.token === TOKEN.openElement;
      if (!isElement && !NAMED.has(reader.token)) continue;
      const name = reader.name();
      if (name === undefined) return undefined;
      const place = reader.start + (isElement ? BEFORE_ELEMENT_NAME : 1);
      places.push(place - body, place + 4 + storedBytes(bytes, place) - body);
      names.push(name);
    }
    return undefined;
  }

  /** Estimated memory. */
  get sizeBytes(): number {
    return this.body.length + 24 * this.names.length;
  }

  /** @returns whether the bytes from a place on, of which at least as many are there, are this definition */
  fits(bytes: Buffer, body: number, names: ChunkNames): boolean {
    const { places } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let from = 0;
    for (let i = 0; i < this.names.length; i++) {
      const place = places[2 * i]!;
      const behind = places[2 * i + 1]!;
      if (!this.isSame(bytes, view, body, from, place)) return false;
      if (place + 4 + storedBytes(bytes, body + place) !== behind) return false;
      if (!names.isAt(u32(bytes, body + place), this.names[i]!)) return false;
      from = behind;
    }
    return this.isSame(bytes, view, body, from, this.body.length);
  }

  /** Four bytes at a time, as most of a definition is the same. */
  private isSame(bytes: Buffer, view: DataView, at: number, from: number, to: number): boolean {
    const { body, bodyView } = this;
    let i = from;
    for (; i + 4 <= to; i += 4) if (bodyView.getUint32(i) !== view.getUint32(at + i)) return false;
    for (; i < to; i++) if (body[i] !== bytes[at + i]) return false;
    return true;
  }
}

/** @returns bytes of the name behind the offset at a place; 0 when it is stored elsewhere */
function storedBytes(bytes: Buffer, place: number): number {
  return u32(bytes, place) === place + 4 ? NAME_FRAME + u16(bytes, place + 10) * 2 : 0;
}
