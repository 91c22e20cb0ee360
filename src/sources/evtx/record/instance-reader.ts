import { u32 } from '../../../base/bytes/little-endian.ts';
import { TOKEN } from '../format/token-reader.ts';
import { MAX_SLOTS } from '../limits.ts';
import { definitionBytes } from '../templates/template-cache.ts';
import type { Template } from '../templates/template.ts';
import { ARRAY, VALUE } from '../values/value-type.ts';
import type { ChunkContext } from './chunk-context.ts';
import type { Slots } from './slots.ts';

/** A fragment header: `0f 01 01 00`. */
const HEADER_BYTES = 4;
/** Token, one byte, template id and offset of the definition. */
const INSTANCE_BYTES = 10;

/** Where the type stands in a descriptor, and a fragment there. */
const TYPE = 0xff << 16;
const FRAGMENT = VALUE.fragment << 16;

/** @returns the place behind the fragment header, if one stands here */
export function skipHeader(bytes: Buffer, at: number, end: number): number {
  return at + HEADER_BYTES <= end && bytes[at] === TOKEN.header ? at + HEADER_BYTES : at;
}

/** Reads the head of a template instance: which template, and where its values are. The values are not looked at. */
export class InstanceReader {
  template: Template | undefined;
  count = 0;
  /** Values that are fragments, and the first of them. */
  fragments = 0;
  hasArrays = false;
  /** Why the last instance cannot be read. */
  problem = '';
  private readonly chunk: ChunkContext;
  private readonly slots: Slots;

  constructor(chunk: ChunkContext, slots: Slots) {
    this.chunk = chunk;
    this.slots = slots;
  }

  /**
   * @param at the instance token
   * @param end behind the last byte of the fragment
   * @param base first entry of the slots that is free
   * @returns false with a problem when the instance does not fit
   */
  read(at: number, end: number, base: number): boolean {
    const { bytes, view } = this.chunk;
    this.template = undefined;
    if (at + INSTANCE_BYTES + 4 > end) return this.fail('the template instance is cut');
    const definition = u32(bytes, at + 6);
    let p = at + INSTANCE_BYTES;
    if (definition === p) {
      const size = definitionBytes(bytes, p);
      if (size < 0 || p + size + 4 > end) {
        this.chunk.faults.add(
          'template-size',
          this.chunk.offset + p,
          'the template definition is longer than its record',
        );
        return this.fail('its template definition does not fit');
      }
      p += size;
    }
    const template = this.chunk.template(definition, u32(bytes, at + 2));
    if (!template) return this.fail('its template cannot be read');
    const count = u32(bytes, p);
    if (count > MAX_SLOTS) return this.fail(`${count} values, more than ${MAX_SLOTS}`);
    p += 4;
    if (p + 4 * count > end || !this.slots.fits(base, count)) return this.fail(`${count} values do not fit`);
    let value = p + 4 * count;
    const { at: places, descriptor: descriptors } = this.slots;
    let fragments = 0;
    let flags = 0;
    for (let i = base; i < base + count; i++, p += 4) {
      const descriptor = view.getInt32(p, true);
      places[i] = value;
      descriptors[i] = descriptor;
      value += descriptor & 0xffff;
      flags |= descriptor;
      if ((descriptor & TYPE) === FRAGMENT) fragments++;
    }
    if (value > end) return this.fail(`its values end ${value - end} bytes behind it`);
    this.template = template;
    this.count = count;
    this.fragments = fragments;
    this.hasArrays = (flags & (ARRAY << 16)) !== 0;
    return true;
  }

  private fail(problem: string): false {
    this.problem = problem;
    return false;
  }
}
