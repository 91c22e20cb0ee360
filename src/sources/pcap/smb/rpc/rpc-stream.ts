/**
 * One direction of a pipe as a stream of fragments: a message may hold several, and a fragment may stretch over several
 * messages. A fragment that lies whole in a message is read in place.
 */
import type { ByteBudget } from '../state/byte-budget.ts';
import { fragmentLength, isRpcHeader, RPC_HEADER } from './pdu.ts';

/** Header and fixed part of requests, answers and binds. */
const FIXED_PART = 28;
/** Memory up to which it is kept for the next fragment. */
const BUFFER_KEPT = 4096;
const NO_BYTES = new Uint8Array(0);

/** Cuts one direction into fragments. */
export class RpcStream {
  private buffer = NO_BYTES;
  private used = 0;
  private readonly limit: number;
  private readonly budget: ByteBudget;
  private readonly fragment: (bytes: Uint8Array, at: number, end: number) => void;
  /** Nothing that looked like a fragment came at the start: the pipe carries something else. */
  isForeign = false;
  private isFirst = true;

  /**
   * @param limit longest fragment
   * @param budget memory for fragments that come in pieces
   * @param fragment takes one fragment, valid during the call
   */
  constructor(limit: number, budget: ByteBudget, fragment: (bytes: Uint8Array, at: number, end: number) => void) {
    this.limit = limit;
    this.budget = budget;
    this.fragment = fragment;
  }

  /**
   * @param isWhole false when the end of the message was lost or not kept: what stretches over it is given up
   */
  feed(bytes: Uint8Array, from: number, to: number, isWhole: boolean): void {
    if (this.isForeign) return;
    let at = this.used > 0 ? this.fill(bytes, from, to) : from;
    while (at < to) {
      if (to - at >= RPC_HEADER && !isRpcHeader(bytes, at)) return this.lose();
      const length = to - at < RPC_HEADER ? this.limit + 1 : fragmentLength(bytes, at);
      if (length < RPC_HEADER) return this.lose();
      if (to - at < length) {
        this.keep(bytes, at, to);
        break;
      }
      this.isFirst = false;
      this.fragment(bytes, at, at + length);
      at += length;
    }
    if (!isWhole) this.giveUp();
  }

  /** The rest of a fragment will not come: its head still says what it is. */
  private giveUp(): void {
    const { used } = this;
    this.used = 0;
    if (used < FIXED_PART || !isRpcHeader(this.buffer, 0)) return;
    this.isFirst = false;
    this.fragment(this.buffer, 0, used);
  }

  /** Adds to a fragment that began in an earlier message. */
  private fill(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    if (this.used < RPC_HEADER) {
      const head = Math.min(RPC_HEADER - this.used, to - at);
      this.keep(bytes, at, at + head);
      at += head;
      if (this.used < RPC_HEADER) return to;
      if (!isRpcHeader(this.buffer, 0)) {
        this.lose();
        return to;
      }
    }
    const length = fragmentLength(this.buffer, 0);
    const more = Math.min(length - this.used, to - at);
    if (more > 0) this.keep(bytes, at, at + more);
    at += Math.max(more, 0);
    if (this.used < length) return to;
    this.used = 0;
    this.isFirst = false;
    this.fragment(this.buffer, 0, length);
    if (this.buffer.length > BUFFER_KEPT) this.release();
    return at;
  }

  /** Gives the memory back. */
  release(): void {
    this.budget.give(this.buffer.length);
    this.buffer = NO_BYTES;
    this.used = 0;
  }

  private lose(): void {
    this.used = 0;
    if (this.isFirst) this.isForeign = true;
  }

  private keep(bytes: Uint8Array, from: number, to: number): void {
    const length = this.used + to - from;
    if (length > this.limit) return this.lose();
    if (this.buffer.length < length) {
      const size = Math.max(length, Math.min(this.buffer.length * 2, this.limit));
      if (!this.budget.take(size - this.buffer.length)) return this.lose();
      const larger = new Uint8Array(size);
      larger.set(this.buffer.subarray(0, this.used));
      this.buffer = larger;
    }
    for (let i = from; i < to; i++) this.buffer[this.used++] = bytes[i]!;
  }
}
