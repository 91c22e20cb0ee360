/** A protocol that writes down what it gets: what the seam of captures hands over, as a test sees it. */
import type { Document } from '../../src/event/document.ts';
import type { Side, StreamConsumer, StreamEnd, StreamProtocol, TcpConnection } from '../../src/sources/pcap/stream.ts';

/** What came over one connection. */
export class RecordedStream implements StreamConsumer {
  readonly connection: TcpConnection;
  /** Bytes and holes of each side, in order: text as it is, a hole as `<5>`. */
  readonly sides: [string, string] = ['', ''];
  ended: StreamEnd | undefined;
  isInterested = true;
  private readonly learnt: Document | undefined;

  constructor(connection: TcpConnection, learnt: Document | undefined) {
    this.connection = connection;
    this.learnt = learnt;
  }

  data(side: Side, bytes: Uint8Array, from: number, to: number): void {
    if (from >= to || this.ended !== undefined) throw new Error('no bytes, or bytes behind the end');
    this.sides[side] += Buffer.from(bytes.subarray(from, to)).toString('latin1');
  }

  gap(side: Side, size: number): void {
    if (size <= 0 || this.ended !== undefined) throw new Error('a hole of nothing, or behind the end');
    this.sides[side] += `<${size}>`;
  }

  end(reason: StreamEnd): void {
    if (this.ended !== undefined) throw new Error('ended twice');
    this.ended = reason;
  }

  summary(): Document | undefined {
    return this.learnt;
  }
}

/** Records the streams of port 445, and on other ports those that begin with `SMB`. */
export class StreamRecorder implements StreamProtocol {
  readonly ports: readonly number[] = [445];
  readonly streams: RecordedStream[] = [];
  private readonly learnt: Document | undefined;

  /** @param learnt what every connection's summary says */
  constructor(learnt?: Document) {
    this.learnt = learnt;
  }

  matches(bytes: Uint8Array, from: number, to: number): boolean {
    return to - from >= 3 && Buffer.from(bytes.subarray(from, from + 3)).toString('latin1') === 'SMB';
  }

  start() {
    return {
      open: (connection: TcpConnection): StreamConsumer => {
        const stream = new RecordedStream(connection, this.learnt);
        this.streams.push(stream);
        return stream;
      },
    };
  }
}
