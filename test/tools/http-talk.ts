/** HTTP as it goes over the wire: what a program sends is given byte for byte. */
import { connect, type Socket } from 'node:net';

/** An answer, headers in lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One connection that is kept open. */
export class HttpTalk {
  private readonly socket: Socket;
  private received = Buffer.alloc(0);
  private wake: () => void = () => {};
  private isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      this.wake();
    });
  }

  static async open(port: number): Promise<HttpTalk> {
    const socket = connect(port, '127.0.0.1');
    await new Promise((done, fail) => socket.once('connect', done).once('error', fail));
    return new HttpTalk(socket);
  }

  /** @param head lines of the head; a `Content-Length` is added for a body */
  async ask(head: string, body?: Buffer | string): Promise<HttpAnswer> {
    this.send(head, body);
    return this.answer(head.startsWith('HEAD '));
  }

  send(head: string, body?: Buffer | string): void {
    const lines = head.trim().split(/\s*\n\s*/);
    if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
    this.write(`${lines.join('\r\n')}\r\n\r\n`);
    if (body !== undefined) this.write(body);
  }

  write(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  /** Cuts the connection, as a network that fails does. */
  cut(): void {
    this.socket.resetAndDestroy();
  }

  close(): void {
    this.socket.end();
  }

  async answer(isHead: boolean): Promise<HttpAnswer> {
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end >= 0) {
        const [first, ...lines] = this.received.toString('latin1', 0, end).split('\r\n');
        const headers = Object.fromEntries(lines.map((line) => splitOnce(line)));
        const length = isHead ? 0 : Number(headers['content-length'] ?? 0);
        if (this.received.length >= end + 4 + length) {
          const body = this.received.toString('utf8', end + 4, end + 4 + length);
          this.received = this.received.subarray(end + 4 + length);
          return { status: Number(first!.split(' ')[1]), headers, body };
        }
      }
      if (this.isClosed) throw new Error(`the connection was closed; received ${this.received.toString('latin1')}`);
      await new Promise<void>((done) => {
        this.wake = done;
      });
    }
  }
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf(':');
  return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
}
