/** Where the values of a dialect's columns stand in the current object. */
import type { JsonTape } from '../../base/json/json-tape.ts';
import type { ColumnPlan } from './column-plan.ts';

/** What stands in a span. */
export const SPAN = { text: 1, escapedText: 2, literal: 3, object: 4, array: 5 } as const;

/** See the head of this file. */
export class ColumnSpans {
  /** Start and end of each column's value; text spans are without their quotes. Valid where `stamps` says so. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  /** More values of a column met before: column, start, end, kind, one after another. */
  readonly extras: number[] = [];
  /** Bytes of the object. */
  buffer: Buffer = Buffer.alloc(0);
  /** Behind the object's closing bracket; where it went wrong in one that is not whole. */
  position = 0;
  private readonly stamps: Uint32Array;
  private generation = 0;

  constructor(columns: number) {
    this.starts = new Int32Array(columns);
    this.ends = new Int32Array(columns);
    this.kinds = new Uint8Array(columns);
    this.stamps = new Uint32Array(columns);
  }

  /** @returns whether the object has the column, with a value that is not null */
  has(column: number): boolean {
    return this.stamps[column] === this.generation;
  }

  /** Takes the spans of an object that is on a tape, as a scan of it would find them. */
  take(plan: ColumnPlan, tape: JsonTape): void {
    this.begin(tape.buffer, tape.end);
    const { singles, columns } = plan;
    for (let i = 0; i < singles; i++) this.takeOne(plan, tape, i);
    if (singles === columns.length) return;
    // A scan finds them one after another, each where it ends; the shape may have the names in another order.
    const { ends } = tape;
    const rest = Array.from({ length: columns.length - singles }, (_, i) => singles + i);
    rest.sort((x, y) => ends[plan.places[x]!]! - ends[plan.places[y]!]!);
    for (const i of rest) this.takeOne(plan, tape, i);
  }

  private takeOne({ columns, places, kinds }: ColumnPlan, { starts, ends, escaped }: JsonTape, i: number): void {
    const place = places[i]!;
    const kind = kinds[i]!;
    const isEscaped = kind === SPAN.text && escaped[place] === 1;
    this.record(columns[i]!, starts[place]!, ends[place]!, isEscaped ? SPAN.escapedText : kind);
  }

  /** Forgets the last object. */
  protected begin(buffer: Buffer, position: number): void {
    this.generation = (this.generation + 1) >>> 0;
    if (this.generation === 0) {
      this.stamps.fill(0);
      this.generation = 1;
    }
    if (this.extras.length > 0) this.extras.length = 0;
    this.buffer = buffer;
    this.position = position;
  }

  protected record(column: number, start: number, end: number, kind: number): void {
    if (this.stamps[column] === this.generation) {
      this.extras.push(column, start, end, kind);
      return;
    }
    this.stamps[column] = this.generation;
    this.starts[column] = start;
    this.ends[column] = end;
    this.kinds[column] = kind;
  }
}
