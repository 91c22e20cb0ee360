import { u32 } from '../../../base/bytes/little-endian.ts';
import { ChunkNames } from '../format/chunk-names.ts';
import { CHUNK_BYTES } from '../format/file-layout.ts';
import { TokenReader } from '../format/token-reader.ts';
import { MAX_CHUNK_ELEMENTS } from '../limits.ts';
import type { EvtxFaults } from '../evtx-faults.ts';
import { definitionBytes, findTemplate, templateById } from '../templates/template-cache.ts';
import type { Template } from '../templates/template.ts';

/** Definitions of a chunk do not overlap, so that together they are smaller than it; here is room for damage. */
const MAX_DEFINITION_BYTES = 4 * CHUNK_BYTES;

/** Places fit 16 bits; there cannot be that many records in a chunk. */
const MAX_PLACES = 65_534;

/** The chunk being read, with its names and templates. One for a parser, bound to one chunk after another. */
export class ChunkContext {
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes, for numbers of several bytes at any place. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Offset of the chunk in the file. */
  offset = 0;
  readonly reader: TokenReader;
  readonly faults: EvtxFaults;
  private readonly names = new ChunkNames();
  /** Offset to 1 + place in {@link templates}; only the entries in use are cleared for the next chunk. */
  private readonly places: Uint16Array;
  private readonly offsets: number[] = [];
  private readonly templates: (Template | undefined)[] = [];
  /** Elements that may still be filled in by the slow way. */
  elements = 0;
  /** What may still be read of definitions in this chunk. */
  private budget = 0;

  /** @param places all zero, for the templates of a chunk */
  constructor(faults: EvtxFaults, places = new Uint16Array(CHUNK_BYTES)) {
    this.faults = faults;
    this.places = places;
    this.reader = new TokenReader(this.names);
  }

  /** True while old records are read from free space, whose names and definitions may be overwritten. */
  get isCarving(): boolean {
    return this.reader.isStrict;
  }

  set isCarving(isCarving: boolean) {
    this.reader.isStrict = isCarving;
  }

  /** @param bytes a chunk, at most 64 KiB */
  bind(bytes: Buffer, offset: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.offset = offset;
    this.isCarving = false;
    this.names.bind(bytes);
    this.elements = MAX_CHUNK_ELEMENTS;
    this.budget = MAX_DEFINITION_BYTES;
    this.forget();
  }

  /** Forgets the templates of the chunk. */
  forget(): void {
    for (const used of this.offsets) this.places[used] = 0;
    this.offsets.length = 0;
    this.templates.length = 0;
  }

  /**
   * @param offset of the definition in the chunk
   * @param id that the instance names; the definition's GUID begins with it
   */
  template(offset: number, id: number): Template | undefined {
    let place = offset < CHUNK_BYTES ? this.places[offset]! : 0;
    if (place === 0) {
      const template = this.load(offset, id);
      if (offset >= CHUNK_BYTES || this.offsets.length >= MAX_PLACES) return undefined;
      this.offsets.push(offset);
      place = this.templates.push(template);
      this.places[offset] = place;
    }
    const template = this.templates[place - 1];
    if (template !== undefined && u32(this.bytes, offset + 4) === id) return template;
    return this.isCarving ? templateById(id) : undefined;
  }

  private load(offset: number, id: number): Template | undefined {
    const size = definitionBytes(this.bytes, offset);
    const name = `template 0x${id.toString(16)}`;
    if (size < 0) {
      this.fault('template-offset', offset, `no template definition fits at chunk offset ${offset}`);
      return undefined;
    }
    const found = u32(this.bytes, offset + 4);
    if (found !== id) {
      this.fault('template-offset', offset, `template 0x${found.toString(16)} stands where ${name} was expected`);
    }
    this.budget -= size;
    if (this.budget < 0) {
      this.fault('limit', offset, `the template definitions of the chunk overlap; ${name} is not read`);
      return undefined;
    }
    const { template, problem, badName } = findTemplate(this.bytes, offset, this.reader, this.names);
    if (badName >= 0) {
      this.fault('name-offset', offset, `a name of ${name} is said to stand at chunk offset ${badName}`);
      if (this.isCarving) return undefined;
    }
    if (!template) this.fault('template-offset', offset, `${name}: ${problem}`);
    return template;
  }

  private fault(kind: 'template-offset' | 'name-offset' | 'limit', offset: number, message: string): void {
    // Old records point into space that was written anew; that is no damage of the file.
    if (!this.isCarving) this.faults.add(kind, this.offset + Math.min(offset, CHUNK_BYTES), message);
  }
}
