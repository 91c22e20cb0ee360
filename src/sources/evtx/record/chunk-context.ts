import { u32 } from '../format/bytes.ts';
import { ChunkNames } from '../format/chunk-names.ts';
import { CHUNK_BYTES } from '../format/file-layout.ts';
import { TokenReader } from '../format/token-reader.ts';
import type { EvtxFaults } from '../evtx-faults.ts';
import { definitionBytes, findTemplate, templateById } from '../templates/template-cache.ts';
import type { Template } from '../templates/template.ts';

/** The chunk being read, with its names and templates. One for a parser, bound to one chunk after another. */
export class ChunkContext {
  bytes: Buffer = Buffer.alloc(0);
  /** Offset of the chunk in the file. */
  offset = 0;
  readonly reader: TokenReader;
  readonly faults: EvtxFaults;
  private readonly names = new ChunkNames();
  private chunk = 0;
  private readonly stamps = new Uint32Array(CHUNK_BYTES);
  private readonly templates: (Template | undefined)[] = new Array<Template | undefined>(CHUNK_BYTES).fill(undefined);

  constructor(faults: EvtxFaults) {
    this.faults = faults;
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
    this.offset = offset;
    this.isCarving = false;
    this.names.bind(bytes);
    this.chunk++;
    if (this.chunk === 0xffffffff) {
      this.stamps.fill(0);
      this.chunk = 1;
    }
  }

  /**
   * @param offset of the definition in the chunk
   * @param id that the instance names; the definition's GUID begins with it
   */
  template(offset: number, id: number): Template | undefined {
    if (offset >= CHUNK_BYTES || this.stamps[offset] !== this.chunk) this.load(offset, id);
    const template = offset < CHUNK_BYTES ? this.templates[offset] : undefined;
    const isIt = template !== undefined && u32(this.bytes, offset + 4) === id;
    if (isIt) return template;
    return this.isCarving ? templateById(id) : undefined;
  }

  private load(offset: number, id: number): void {
    if (definitionBytes(this.bytes, offset) < 0) {
      this.fault('template-offset', offset, `no template definition fits at chunk offset ${offset}`);
    } else if (u32(this.bytes, offset + 4) !== id) {
      const found = u32(this.bytes, offset + 4).toString(16);
      this.fault('template-offset', offset, `template 0x${found} stands where 0x${id.toString(16)} was expected`);
      return;
    } else {
      const found = findTemplate(this.bytes, offset, this.reader);
      if (found.badName >= 0)
        this.fault(
          'name-offset',
          offset,
          `a name of template 0x${id.toString(16)} is said to stand at chunk offset ${found.badName}`,
        );
      if (!found.template) this.fault('template-offset', offset, `template 0x${id.toString(16)}: ${found.problem}`);
      this.templates[offset] = this.isCarving && found.badName >= 0 ? undefined : found.template;
      this.stamps[offset] = this.chunk;
      return;
    }
    if (offset < CHUNK_BYTES) {
      this.templates[offset] = undefined;
      this.stamps[offset] = this.chunk;
    }
  }

  private fault(kind: 'template-offset' | 'name-offset', offset: number, message: string): void {
    // Old records point into space that was written anew; that is no damage of the file.
    if (!this.isCarving) this.faults.add(kind, this.offset + Math.min(offset, CHUNK_BYTES), message);
  }
}
