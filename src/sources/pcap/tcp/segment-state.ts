/** What a segment proves of its connection: handshake, answers, ends, and where each stream begins. */
import { STATE, TCP } from '../flow/flow-state.ts';
import { WORD } from '../flow/flow-table.ts';
import type { Side } from '../stream.ts';
import type { Segment } from './segment.ts';

/** A first segment may lie this far behind what its peer acknowledged last. */
export const NEAR_BYTES = 65_536;

/**
 * Writes down what the flags and numbers of a segment say.
 *
 * @param words of the table of flows
 * @param at place of the flow's words, see `FlowTable.at`
 * @param side who sent the segment
 */
export function noteState(words: Int32Array, at: number, side: Side, segment: Segment): void {
  const { flags, size, captured } = segment;
  let state = words[at + WORD.state]!;
  if ((flags & TCP.syn) !== 0) {
    state = noteSyn(words, at, side, segment, state);
  } else {
    state = stateAfter(state, side, segment);
    noteFirst(words, at, side, segment, state);
  }
  if (size > 0) state |= STATE.data << side;
  if (captured < size) state |= STATE.cut;
  words[at + WORD.state] = state;
}

/** A SYN, alone or with the acknowledgement of the other one. @returns the state then */
function noteSyn(words: Int32Array, at: number, side: Side, segment: Segment, before: number): number {
  const { flags, first, ack } = segment;
  let state = before;
  words[at + (side === 0 ? WORD.first0 : WORD.first1)] = first;
  if ((flags & TCP.ack) !== 0) {
    const other = at + (side === 0 ? WORD.first1 : WORD.first0);
    state |= STATE.synAck << side;
    if (words[other] === 0) words[other] = (ack - 1) | 0;
  } else {
    state |= STATE.syn << side;
    if ((words[at + WORD.tries]! & 0xffff) < 0xffff) words[at + WORD.tries] = words[at + WORD.tries]! + 1;
  }
  if (segment.isMultipath) state |= STATE.multipath;
  return state;
}

/** @returns the state after a segment that is no SYN */
function stateAfter(before: number, side: Side, { flags, first }: Segment): number {
  let state = before;
  const isAck = (flags & TCP.ack) !== 0;
  const isReset = (flags & TCP.rst) !== 0;
  if ((isAck || isReset) && (state & (STATE.synAck << (1 - side))) !== 0) state |= STATE.gotSynAck << side;
  if (isReset) {
    state |= STATE.reset << side;
    if (first === 0 && isAck) state |= STATE.resetOfSyn << side;
  } else if (isAck) {
    state |= STATE.ack << side;
  }
  if ((flags & TCP.fin) !== 0) state |= STATE.fin << side;
  return state;
}

/** Without a SYN, the lowest number near the beginning: it is the same one in whichever order packets were recorded. */
function noteFirst(words: Int32Array, at: number, side: Side, { flags, first }: Segment, state: number): void {
  if ((flags & TCP.rst) !== 0 || (state & ((STATE.syn | STATE.synAck) << side)) !== 0) return;
  const mine = at + (side === 0 ? WORD.first0 : WORD.first1);
  if (words[mine] === 0 || isJustBefore(first, words[mine]!)) words[mine] = first;
}

function isJustBefore(sequence: number, known: number): boolean {
  const distance = (known - sequence) | 0;
  return distance > 0 && distance < NEAR_BYTES;
}
