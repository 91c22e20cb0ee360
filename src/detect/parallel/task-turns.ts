/**
 * Brings what threads found into the order of the input: events of a task are handed on when all tasks before it are done,
 * and wait until then, in memory and beyond that in a temporary file. So the rules see the same events in the same order
 * for any number of threads, and of an event that stands in several files the first copy is cited.
 */
import type { TemporaryFile, TemporaryFiles } from '../scan/temporary-files.ts';
import type { Run } from './task-queue.ts';

/** Characters of events that wait in memory, of all tasks together. */
const MAX_HELD_CHARS = 2 * 1024 * 1024;

/** Events that wait: in memory, or as bytes of the file. */
interface Waiting {
  readonly records: readonly string[] | undefined;
  readonly from: number;
  readonly bytes: number;
  /** Undefined when it was called already. */
  readonly onTaken: (() => void) | undefined;
}

/** Gives each task its turn. */
export class TaskTurns {
  private readonly waiting: Waiting[][];
  private readonly isDone: boolean[];
  private readonly take: (record: string) => void;
  private readonly files: TemporaryFiles;
  private readonly maxHeldChars: number;
  private file: TemporaryFile | undefined;
  private heldChars = 0;
  private turn = 0;

  /**
   * @param tasks how many there are
   * @param take called for each event, in order; events are texts without line feeds
   * @param files for events that memory has no room for
   */
  constructor(tasks: number, take: (record: string) => void, files: TemporaryFiles, maxHeldChars = MAX_HELD_CHARS) {
    this.waiting = Array.from({ length: tasks }, () => []);
    this.isDone = this.waiting.map(() => false);
    this.take = take;
    this.files = files;
    this.maxHeldChars = maxHeldChars;
  }

  /** @returns whether all tasks before this one are done, so that its events are handed on at once */
  isTurnOf(task: number): boolean {
    return task === this.turn;
  }

  /** @param onTaken called when more can come: at once, or after their turn when there is no room for these anywhere */
  add(task: number, records: readonly string[], onTaken: () => void): void {
    if (this.isTurnOf(task)) {
      for (const record of records) this.take(record);
      onTaken();
      return;
    }
    const waiting = this.waiting[task]!;
    const chars = charsOf(records);
    const hasRoom = this.heldChars + chars <= this.maxHeldChars;
    const written = hasRoom ? undefined : this.write(records);
    if (written) {
      waiting.push(written);
    } else {
      this.heldChars += chars;
      waiting.push({ records, from: 0, bytes: 0, onTaken: hasRoom ? undefined : onTaken });
      if (!hasRoom) return;
    }
    onTaken();
  }

  /** The run brings no more; what it brought came under its first task. */
  done({ first, count }: Run): void {
    this.isDone.fill(true, first, first + count);
    while (this.isDone[this.turn] === true) this.next();
  }

  /** Hands on what is left; tasks that were never begun brought nothing. */
  finish(): void {
    while (this.turn < this.waiting.length) this.next();
  }

  private next(): void {
    this.turn++;
    for (const { records, from, bytes, onTaken } of this.waiting[this.turn]?.splice(0) ?? []) {
      for (const record of records ?? this.read(from, bytes)) this.take(record);
      if (records) this.heldChars -= charsOf(records);
      onTaken?.();
    }
  }

  private write(records: readonly string[]): Waiting | undefined {
    this.file ??= this.files.open();
    if (!this.file) return undefined;
    const from = this.file.size;
    if (!this.file.appendNow(records.join('\n'))) return undefined;
    return { records: undefined, from, bytes: this.file.size - from - 1, onTaken: undefined };
  }

  private read(from: number, bytes: number): string[] {
    const text = Buffer.allocUnsafe(bytes);
    if (this.file?.read(text, from, bytes) !== bytes) throw new Error('a temporary file lost its end');
    return text.toString('utf8').split('\n');
  }
}

function charsOf(records: readonly string[]): number {
  return records.reduce((sum, record) => sum + record.length, 0);
}
