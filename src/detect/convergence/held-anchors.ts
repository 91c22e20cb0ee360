/**
 * Leaves out events of the anchor that no event of the rule can tie: a way may match every start of a process and count only
 * those whose file was written over a share. Such events wait, until the values of all others are known; of hundreds of
 * thousands a few go on, and the rest are neither thinned nor sorted nor read as objects again.
 *
 * Values are known as bits of a table by their hashes. Two that share a bit let an event go on that the machine then finds to be
 * untied: the answer is the same.
 */
import { readLines, type TemporaryFile, type TemporaryFiles } from '../scan/temporary-files.ts';
import { hash64, lanes } from '../scan/text-hash.ts';
import { linkValues } from './completion.ts';
import { CONVERGENCE_EVENT_CODEC, type ConvergenceEvent } from './convergence-event.ts';
import type { ConvergencePart } from './convergence-part.ts';

/** Bits of the table, 512 KiB: with 100,000 values, one untied event in forty goes on. */
const BITS = 1 << 22;
const READ_BYTES = 64 * 1024;

/** An event that waits, and the hashes of the values of each link that it needs. */
interface Held {
  readonly event: ConvergenceEvent;
  readonly hashes: readonly (readonly number[])[];
}

/** Events that wait for others, in memory and beyond that in a temporary file. */
export class HeldAnchors {
  private readonly part: ConvergencePart;
  private readonly files: TemporaryFiles;
  private readonly memoryLimit: number;
  private readonly emit: (event: ConvergenceEvent) => void;
  /** Links that each way needs. */
  private readonly needed: readonly (readonly string[])[];
  private readonly linksOfAll: readonly string[];
  private known: Uint32Array | undefined;
  private memory: Held[] = [];
  private file: TemporaryFile | undefined;

  /**
   * @param memoryLimit events held in memory
   * @param emit takes events that may matter
   */
  constructor(
    part: ConvergencePart,
    memoryLimit: number,
    files: TemporaryFiles,
    emit: (event: ConvergenceEvent) => void,
  ) {
    this.part = part;
    this.memoryLimit = memoryLimit;
    this.files = files;
    this.emit = emit;
    this.needed = part.ways.map(({ leg, needs }) =>
      leg === part.anchor ? needs.flatMap(({ link }) => link ?? []) : [],
    );
    this.linksOfAll = [...new Set(this.needed.flat())];
  }

  /** Takes an event: gives it on, or holds it until {@link end}. */
  add(event: ConvergenceEvent): void {
    const needed = this.needed[event.way]!;
    if (needed.length > 0) {
      this.hold({ event, hashes: needed.map((link) => this.hashesOf(event, link)) });
      return;
    }
    if (this.part.ways[event.way]!.leg !== this.part.anchor) {
      for (const link of this.linksOfAll) for (const hash of this.hashesOf(event, link)) this.know(hash);
    }
    this.emit(event);
  }

  /** There are no more events: gives on those that may be tied. */
  end(): void {
    for (const { event, hashes } of this.memory) if (this.mayBeTied(hashes)) this.emit(event);
    this.memory = [];
    this.files.memory.freed(this);
    if (!this.file) return;
    let isWanted = false;
    let isHead = true;
    for (const line of readLines(this.file, 0, this.file.size, READ_BYTES)) {
      if (isHead) isWanted = this.mayBeTied(line.split(';').map((list) => list.split(',').map(Number)));
      else if (isWanted) this.emit(CONVERGENCE_EVENT_CODEC.decode(line));
      isHead = !isHead;
    }
  }

  /** Moves what is in memory to the file. */
  flush(): void {
    this.file ??= this.files.open();
    let lost = 0;
    for (const { event, hashes } of this.memory) {
      // Without the value of a link it needs nothing ties it.
      if (hashes.some((list) => list.length === 0)) continue;
      const head = hashes.map((list) => list.join(',')).join(';');
      if (this.file?.append(`${head}\n${CONVERGENCE_EVENT_CODEC.encode(event)}`) !== true) lost++;
    }
    if (lost > 0) this.files.lost(lost);
    this.memory = [];
    this.files.memory.freed(this);
  }

  private hold(held: Held): void {
    this.memory.push(held);
    this.files.memory.added(this, CONVERGENCE_EVENT_CODEC.chars?.(held.event) ?? 0);
    if (this.memory.length >= this.memoryLimit) this.flush();
  }

  private hashesOf(event: ConvergenceEvent, link: string): number[] {
    return linkValues(this.part, event, link).map((value) => {
      hash64(`${link} ${event.key.length} ${event.key} ${value}`, 0);
      return lanes[0]! & (BITS - 1);
    });
  }

  private know(hash: number): void {
    this.known ??= new Uint32Array(BITS / 32);
    this.known[hash >>> 5]! |= 1 << (hash & 31);
  }

  private mayBeTied(hashes: readonly (readonly number[])[]): boolean {
    const { known } = this;
    return (
      known !== undefined && hashes.every((list) => list.some((at) => (known[at >>> 5]! & (1 << (at & 31))) !== 0))
    );
  }
}
