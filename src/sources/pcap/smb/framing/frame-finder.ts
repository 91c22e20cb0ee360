/** The search for the next frame in one direction, over the borders of segments. */
import type { Side } from '../../stream.ts';
import { FRAME_HEADER, frameLength } from './frame.ts';
import type { FrameReader, Plausibility } from './frame-reader.ts';
import { judgeFrame, nextCandidate } from './frame-search.ts';

const NO_BYTES = new Uint8Array(0);

/** Finds frames, and keeps the end of a segment where one may begin. */
export class FrameFinder {
  /** Whether the frame found last, with the one behind it, fits the connection; otherwise only a second one will tell. */
  isSure = false;
  private readonly side: Side;
  private readonly reader: FrameReader;
  private readonly isNetbios: boolean;
  private readonly longest: number;
  private tail: Uint8Array = NO_BYTES;

  /** @param longest bytes of a frame; more is none */
  constructor(side: Side, reader: FrameReader, isNetbios: boolean, longest: number) {
    this.side = side;
    this.reader = reader;
    this.isNetbios = isNetbios;
    this.longest = longest;
  }

  /** Bytes kept of the last segment. */
  get kept(): number {
    return this.tail.length;
  }

  /**
   * Looks for the next frame.
   *
   * @param isLast nothing more comes: a frame must do with less, and nothing is kept
   * @returns its place, -1 when there is none
   */
  find(bytes: Uint8Array, from: number, to: number, isLast: boolean): number {
    let at = from;
    for (;;) {
      at = nextCandidate(bytes, at, to);
      if (at >= to) break;
      const verdict = judgeFrame(bytes, at, to, this.isNetbios, this.longest, isLast);
      if (verdict === 'more') break;
      const fit = verdict === 'no' ? 'no' : this.fitOf(bytes, at, to, verdict === 'confirmed');
      if (fit !== 'no') {
        this.reader.searched(this.side, at - from);
        this.isSure = fit === 'yes';
        return at;
      }
      at++;
    }
    this.reader.searched(this.side, at - from);
    if (!isLast && at < to) this.keep(bytes, at, to);
    return -1;
  }

  /** A frame may begin in these bytes, at the end of what there is. */
  keep(bytes: Uint8Array, from: number, to: number): void {
    // A Buffer's own slice would be a view.
    this.tail = new Uint8Array(bytes.subarray(from, to));
  }

  /** @returns what was kept, which is forgotten */
  take(): Uint8Array {
    const { tail } = this;
    this.tail = NO_BYTES;
    return tail;
  }

  /** @returns what was kept, in front of the next segment */
  takeWith(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const tail = this.take();
    const joined = new Uint8Array(tail.length + to - from);
    joined.set(tail);
    joined.set(bytes.subarray(from, to), tail.length);
    return joined;
  }

  private fitOf(bytes: Uint8Array, at: number, to: number, isFollowed: boolean): Plausibility {
    const { reader, side } = this;
    const header = at + FRAME_HEADER;
    if (reader.plausibility(side, bytes, header, to) === 'no') return 'no';
    const next = header + frameLength(bytes, at, this.isNetbios) + FRAME_HEADER;
    return isFollowed && next < to ? reader.plausibility(side, bytes, next, to) : 'weak';
  }
}
