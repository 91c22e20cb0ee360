import { ReorderQueue } from './reorder-queue.ts';

/** One direction of a connection with payload. Sequence numbers are signed, so that they stay small integers. */
export class StreamSide {
  /** Sequence number expected next. */
  next = 0;
  hasNext = false;
  /** Stream offset of `next`: bytes handed on and holes given up. */
  delivered = 0;
  /** Payload bytes seen, each counted once. */
  seen = 0;
  /** Payload bytes that were sent and not captured: holes, and what the snap length cut. */
  missing = 0;
  readonly queue = new ReorderQueue();
  /** Packets of the connection when the hole was first acknowledged, -1 while it is not. */
  ackedAt = -1;
  /** When the first piece began to wait. */
  waitingSince = 0;
  /** Segments in a row that were far from the expected number. */
  strays = 0;
  /** Sequence number of the FIN. */
  fin = 0;
  hasFin = false;
}
