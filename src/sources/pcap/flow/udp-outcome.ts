/** What became of a UDP conversation. UDP has no handshake: an answer is proof of one, and QUIC's own handshake counts. */
import { withBytes } from '../../../event/flow-outcome.ts';
import { type FlowVerdict, VERDICT } from '../../sensor-outcome.ts';
import type { Side } from '../stream.ts';
import { STATE } from './flow-state.ts';

/**
 * @param state bits of {@link STATE}
 * @param isQuic whether established means that QUIC's handshake is through, and not only that the server answered
 */
export function udpVerdict(
  state: number,
  client: Side,
  isQuic: boolean,
  payload: readonly [number, number],
): FlowVerdict {
  const server: Side = client === 0 ? 1 : 0;
  const has = (bit: number, side: Side) => (state & (bit << side)) !== 0;
  const isAnswered = has(STATE.data, server);
  const isEstablished = isQuic
    ? has(STATE.ack, client) && has(STATE.ack, server)
    : isAnswered && has(STATE.data, client);
  if (isEstablished) {
    return withBytes('established', ...payload) === 'moved' ? VERDICT.moved : VERDICT.established;
  }
  if (!isAnswered && has(STATE.unreachable, client)) return VERDICT.refusedByIcmp;
  return has(STATE.data, client) ? VERDICT.attempted : VERDICT.unknown;
}
