/**
 * One connection that sends syslog (RFC 6587): octet-counted or a message a line, which the first bytes tell. When the queue is
 * full nothing more is read from it, so that the sender waits and nothing is lost.
 *
 * What stands behind the last whole message when it is over: senders that end a connection in order often leave the last end of a
 * line out, so that is a message. Behind a connection that broke, or where a count says that more was to come, it is half a
 * message, which could be read as another than was sent; it goes to the dead letters.
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
const BLANK = 32;

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
  /** Whether bytes wait for room in the queue. */
  private isWaiting = false;
  private over: 'ended' | 'broken' | undefined;

  constructor(socket: Socket, intake: Intake, sender: Sender, reader: SyslogReader, rounds: Rounds) {
    this.socket = socket;
    this.intake = intake;
    this.sender = sender;
    this.reader = reader;
    this.rounds = rounds;
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('end', () => this.end('ended'));
    socket.on('error', () => this.end('broken'));
    socket.on('close', () => this.end('broken'));
  }

  /** Takes what came, without waiting for more. */
  close(): void {
    this.end('broken');
  }

  private take(chunk: Buffer): void {
    const delivery = this.rounds.take(this.sender, chunk.length);
    if (!delivery) {
      this.isWaiting = true;
      this.socket.pause();
      if (!this.intake.isStopping) setTimeout(() => this.take(chunk), FULL_MS);
      return;
    }
    this.isWaiting = false;
    this.delivery = delivery;
    this.read(chunk);
    if (this.over) this.finish();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  private read(chunk: Buffer): void {
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
      ? new OctetSplitter(visit, documentBytes, (_offset, message, head) => this.lost(message, head))
      : new LineSplitter(visit, documentBytes, (_line, _offset, bytes, head) =>
          this.lost(`a message of ${bytes} bytes is longer than the limit of ${documentBytes}`, head),
        );
    this.splitter.push(this.head);
    this.head = Buffer.alloc(0);
  }

  private end(how: 'ended' | 'broken'): void {
    if (this.over) return;
    this.over = how;
    if (!this.isWaiting) this.finish();
  }

  private finish(): void {
    this.delivery = this.rounds.take(this.sender, 0);
    if (!this.delivery) {
      if (!this.intake.isStopping) setTimeout(() => this.finish(), FULL_MS);
      return;
    }
    if (!this.splitter && this.head.length > 0) this.begin();
    const { splitter } = this;
    if (!splitter) return;
    if (splitter instanceof LineSplitter && this.over === 'ended') splitter.end();
    else this.giveUp(splitter.rest());
    this.splitter = undefined;
  }

  /** @param rest what stands behind the last whole message */
  private giveUp(rest: Buffer): void {
    if (rest.every((byte) => byte <= BLANK)) return;
    this.delivery!.unreadable(`the connection ${this.over} in the middle of this message`, rest, false);
  }

  /** @param head what is left of it */
  private lost(message: string, head: Buffer): void {
    const kept = head.length > 0 ? `${message}; its first ${head.length} are kept` : message;
    this.delivery?.unreadable(kept, head, false);
  }
}
