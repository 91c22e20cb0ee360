/** What became of a TCP connection, from what the wire shows: never more than is proven. See docs/facts.md. */
import { type FlowOutcome, withBytes } from '../../../event/flow-outcome.ts';
import { type FlowVerdict, VERDICT } from '../../sensor-outcome.ts';
import type { Side } from '../stream.ts';
import { STATE } from './flow-state.ts';

/** What is known of a connection. */
export interface TcpFacts {
  /** Bits of {@link STATE}. */
  readonly state: number;
  readonly client: Side;
  /** Packets of each side. */
  readonly packets: readonly [number, number];
  /** Payload bytes of each side. */
  readonly payload: readonly [number, number];
  /** A protocol saw a file being read or written. */
  readonly hasMoved: boolean;
}

/** @returns the highest rung that is proven */
export function tcpVerdict(facts: TcpFacts): FlowVerdict {
  const { state, client } = facts;
  const server: Side = client === 0 ? 1 : 0;
  const has = (bit: number, side: Side) => (state & (bit << side)) !== 0;
  if (isEstablished(facts, has, client, server)) {
    const outcome: FlowOutcome = facts.hasMoved ? 'moved' : withBytes('established', ...facts.payload);
    return outcome === 'moved' ? VERDICT.moved : VERDICT.established;
  }
  const isAnswered = has(STATE.synAck, server) || has(STATE.ack, server) || has(STATE.data, server);
  if (!isAnswered && has(STATE.reset, server) && (has(STATE.syn, client) || has(STATE.resetOfSyn, server))) {
    return VERDICT.refusedByReset;
  }
  if (!isAnswered && has(STATE.unreachable, client)) return VERDICT.refusedByIcmp;
  return has(STATE.syn, client) || has(STATE.synAck, server) ? VERDICT.attempted : VERDICT.unknown;
}

function isEstablished(
  { packets }: TcpFacts,
  has: (bit: number, side: Side) => boolean,
  client: Side,
  server: Side,
): boolean {
  // Accepted, and the client showed that it heard of it.
  if (has(STATE.synAck, server) && (has(STATE.gotSynAck, client) || has(STATE.ack, client))) return true;
  // Recorded from the middle: both sides acknowledge each other.
  if (has(STATE.ack, client) && has(STATE.ack, server)) return true;
  // Only one direction was recorded: nobody acknowledges or sends data before the other side has accepted.
  const alone: Side | undefined = packets[server] === 0 ? client : packets[client] === 0 ? server : undefined;
  if (alone === undefined) return false;
  const isOpened = has(STATE.syn, alone) || has(STATE.synAck, alone);
  return has(STATE.ack, alone) && (isOpened || has(STATE.data, alone));
}
