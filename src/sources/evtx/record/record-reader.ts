import { TOKEN } from '../format/token-reader.ts';
import { readTree } from '../format/tree.ts';
import { MAX_PATH_CHARACTERS } from '../limits.ts';
import { compileTemplate } from '../templates/compile-template.ts';
import { VALUE } from '../values/value-type.ts';
import type { ChunkContext } from './chunk-context.ts';
import { EvtxRecord } from './evtx-record.ts';
import { InstanceReader, skipHeader } from './instance-reader.ts';
import type { Slots } from './slots.ts';

/**
 * Binds records in two steps: {@link open} finds the System values, which tell whether anybody wants the event;
 * {@link complete} finds the rest.
 */
export class RecordReader {
  readonly record: EvtxRecord;
  /** Why {@link open} failed. */
  problem = '';
  private readonly chunk: ChunkContext;
  private readonly slots: Slots;
  private readonly instance: InstanceReader;
  private start = 0;
  private bodyAt = 0;
  private end = 0;
  /** How the body is held after {@link open}. */
  private state: 'slots' | 'literal' | 'whole' = 'whole';
  private count = 0;
  private fragmentSlot = -1;
  private needsTree = false;

  constructor(chunk: ChunkContext, slots: Slots) {
    this.chunk = chunk;
    this.slots = slots;
    this.instance = new InstanceReader(chunk, this.slots);
    this.record = new EvtxRecord(chunk, this.slots);
  }

  /**
   * @param start of the record in the chunk
   * @param bodyAt first byte of its body
   * @param end behind the last one
   * @returns false when not even the System part can be read
   */
  open(start: number, bodyAt: number, end: number): boolean {
    const { bytes } = this.chunk;
    this.start = start;
    this.bodyAt = bodyAt;
    this.end = end;
    const at = skipHeader(bytes, bodyAt, end);
    const token = at < end ? bytes[at]! : TOKEN.end;
    if (token === TOKEN.instance) return this.openInstance(at);
    if ((token & 0x0f) === TOKEN.openElement) return this.openLiteral(at);
    this.problem = 'the body holds neither a template nor an element';
    return false;
  }

  /** Finds EventData or UserData. Damage there is reported; what is known of the event stays. */
  complete(): void {
    if (this.state === 'literal') {
      const { reader, bytes } = this.chunk;
      reader.open(bytes, skipHeader(bytes, this.bodyAt, this.end), this.end, false);
      const tree = readTree(reader, bytes);
      if (tree.badName >= 0 && !this.chunk.isCarving)
        this.chunk.faults.add('name-offset', this.offset(), `a name is said to stand at chunk offset ${tree.badName}`);
      if (tree.problem !== undefined) this.fault(tree.problem);
      this.record.bind(this.start, this.bodyAt, this.end, compileTemplate(tree.roots), 0);
    } else if (this.state === 'slots') {
      this.completeSlots();
    }
    const { leftOut } = this.record;
    if (leftOut > 0) {
      const message = `${leftOut} values of the record have a path of more than ${MAX_PATH_CHARACTERS} characters`;
      this.chunk.faults.add('limit', this.offset(), `${message}; they are left out`);
    }
    if (this.record.isProcessingError) {
      this.chunk.faults.add(
        'processing-error',
        this.offset(),
        'the provider of the event could not render it; its values are raw',
      );
    }
  }

  private openInstance(at: number): boolean {
    const { instance } = this;
    if (!instance.read(at, this.end, 0)) {
      this.problem = instance.problem;
      return false;
    }
    const template = instance.template!;
    this.count = instance.count;
    if (!template.isSystemSimple) {
      this.bindWhole();
      return this.hasSystem(undefined);
    }
    const { fragmentSlot } = template;
    const hasFragment =
      fragmentSlot >= 0 && fragmentSlot < instance.count && this.slots.type(fragmentSlot) === VALUE.fragment;
    this.fragmentSlot = hasFragment ? fragmentSlot : -1;
    this.needsTree =
      !template.isSimple || instance.fragments > (hasFragment ? 1 : 0) || (instance.hasArrays && template.isComposite);
    this.state = 'slots';
    this.record.bind(this.start, this.bodyAt, this.end, template, instance.count);
    return this.hasSystem(undefined);
  }

  /** Only as far as the System part: most events end at the gate. */
  private openLiteral(at: number): boolean {
    const { reader, bytes } = this.chunk;
    reader.open(bytes, at, this.end, false);
    const tree = readTree(reader, bytes, 'System');
    if (tree.problem !== undefined && tree.roots.length === 0) {
      this.problem = tree.problem;
      return false;
    }
    this.state = 'literal';
    this.record.bind(this.start, this.bodyAt, this.end, compileTemplate(tree.roots), 0);
    return this.hasSystem(tree.problem);
  }

  /** An id alone means nothing: without provider and channel there is no event to speak of. */
  private hasSystem(problem: string | undefined): boolean {
    if (this.record.provider !== undefined || this.record.channel !== undefined) return true;
    this.problem = problem ?? 'the event has no System part';
    return false;
  }

  private completeSlots(): void {
    if (this.needsTree) {
      this.bindWhole();
      return;
    }
    if (this.fragmentSlot < 0) return;
    const { bytes, reader } = this.chunk;
    const from = this.slots.at[this.fragmentSlot]!;
    const end = from + this.slots.size(this.fragmentSlot);
    const at = skipHeader(bytes, from, end);
    if (at >= end || bytes[at] === TOKEN.end) return;
    if (bytes[at] !== TOKEN.instance) {
      reader.open(bytes, at, end, false);
      const tree = readTree(reader, bytes);
      if (tree.problem !== undefined) this.fault(tree.problem);
      const template = compileTemplate(tree.roots);
      if (template.fragmentSlot < 0 && template.isSimple) this.record.bindNested(template, this.count, 0);
      else this.bindWhole();
      return;
    }
    const { instance } = this;
    if (!instance.read(at, end, this.count)) {
      this.fault(instance.problem);
      return;
    }
    const template = instance.template!;
    const isPlain = template.isSimple && instance.fragments === 0 && !(instance.hasArrays && template.isComposite);
    if (isPlain) this.record.bindNested(template, this.count, instance.count);
    else this.bindWhole();
  }

  /** The slow way: the record as a tree, compiled like a template without values. */
  private bindWhole(): void {
    this.state = 'whole';
    this.record.bind(this.start, this.bodyAt, this.end, EMPTY, 0);
    const { roots, problem } = this.record.materialise();
    if (problem !== undefined) this.fault(problem);
    this.record.bind(this.start, this.bodyAt, this.end, compileTemplate(roots), 0);
  }

  private fault(problem: string): void {
    if (!this.chunk.isCarving)
      this.chunk.faults.add('record-body', this.offset(), `record ${this.record.fileRecordId}: ${problem}`);
  }

  private offset(): number {
    return this.chunk.offset + this.start;
  }
}

const EMPTY = compileTemplate([]);
