/**
 * One connection that sends syslog (RFC 6587): octet-counted or a message a line, which the first bytes tell. When the queue is
 * full nothing more is read from it, so that the sender waits and nothing is lost.
 */
import type { Socket } from 'node:net';
import { LineSplitter } from '../../../sources/line-splitter.ts';
import { FRAME_HEAD_BYTES, isOctetCounted, OctetSplitter } from '../../../sources/panos/octet-splitter.ts';
import type { Delivery } from '../delivery.ts';
import type { Intake } from '../intake.ts';
import type { Sender } from '../senders.ts';
import type { Rounds } from './round.ts';
import type { SyslogReader } from './syslog-reader.ts';

/** How long a full queue is left alone before it is asked again. */
const FULL_MS = 50;

/** See the head of this file. */
export class SyslogConnection {
  private readonly intake: Intake;
  private readonly sender: Sender;
  private readonly reader: SyslogReader;
  private readonly rounds: Rounds;
  private readonly socket: Socket;
  private head: Buffer = Buffer.alloc(0);
  private splitter: LineSplitter | OctetSplitter | undefined;
  private delivery: Delivery | undefined;

  constructor(socket: Socket, intake: Intake, sender: Sender, reader: SyslogReader, rounds: Rounds) {
    this.socket = socket;
    this.intake = intake;
    this.sender = sender;
    this.reader = reader;
    this.rounds = rounds;
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('end', () => this.end());
    // A connection that breaks has sent what it has sent.
    socket.on('error', () => this.end());
  }

  private take(chunk: Buffer): void {
    const delivery = this.rounds.take(this.sender, chunk.length);
    if (!delivery) {
      this.socket.pause();
      setTimeout(() => this.take(chunk), FULL_MS);
      return;
    }
    if (this.socket.isPaused()) this.socket.resume();
    this.delivery = delivery;
    if (this.splitter) {
      this.splitter.push(chunk);
      return;
    }
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.length >= FRAME_HEAD_BYTES) this.begin();
  }

  private begin(): void {
    const { documentBytes } = this.intake.limits;
    const visit = (buffer: Buffer, start: number, end: number) => {
      if (end > start) this.reader.message(buffer, start, end, this.delivery!);
    };
    this.splitter = isOctetCounted(this.head)
      ? new OctetSplitter(visit, documentBytes, (_offset, message) => this.lost(message))
      : new LineSplitter(visit, documentBytes, (_line, _offset, bytes) =>
          this.lost(`a message of ${bytes} bytes is longer than the limit of ${documentBytes}`),
        );
    this.splitter.push(this.head);
    this.head = Buffer.alloc(0);
  }

  private end(): void {
    this.delivery = this.rounds.take(this.sender, 0) ?? this.delivery;
    if (!this.splitter && this.head.length > 0 && this.delivery) this.begin();
    this.splitter?.end();
    this.splitter = undefined;
  }

  private lost(message: string): void {
    this.delivery?.unreadable(message, Buffer.alloc(0));
  }
}
