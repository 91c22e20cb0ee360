import type { Document } from '../../../event/document.ts';
import { STATE } from '../flow/flow-state.ts';
import { WORD } from '../flow/flow-table.ts';
import { FlowRow } from '../flow/flow-row.ts';
import type { Side, StreamConsumer, TcpConnection } from '../stream.ts';
import { StreamSide } from './stream-side.ts';

/** A connection with payload that some protocol may want: its two streams and their consumer. */
export class Connection extends FlowRow implements TcpConnection {
  readonly sides: readonly [StreamSide, StreamSide] = [new StreamSide(), new StreamSide()];
  consumer: StreamConsumer | undefined;
  /** What the consumer learnt, once it has ended. */
  summary: Document | undefined;
  /** Time up to which it was told of while it was open. */
  toldAt: number | undefined;
  /** Packets of both sides since it became a connection. */
  packetCount = 0;
  /** A SYN that would begin another connection, and its side, until packets confirm it or the connection goes on. */
  newFirst = 0;
  newSide: Side = 0;

  /** What a side acknowledged last, signed; undefined when it acknowledged nothing. */
  ackOf(side: Side): number | undefined {
    if ((this.state & ((STATE.ack | STATE.synAck) << side)) === 0) return undefined;
    return this.table.words[this.table.at(this.entry) + (side === 0 ? WORD.ack0 : WORD.ack1)]!;
  }

  rawSequence(side: Side, streamOffset: number): number {
    const { next, delivered } = this.sides[side];
    const number = (next - ((delivered - streamOffset) % WRAP)) % WRAP;
    return number < 0 ? number + WRAP : number;
  }
}

/** Sequence numbers begin again here. */
const WRAP = 4294967296;
