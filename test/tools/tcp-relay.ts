/** An address that stays while the server behind it comes and goes: whoever connects is passed on, or cut off when nobody is there. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Listens on a free port of this machine and passes connections on. */
export class TcpRelay {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Port that connections are passed on to; undefined when nobody is there. */
  target: number | undefined;

  private constructor() {
    this.server = createServer((from) => this.pass(from));
  }

  static async open(): Promise<TcpRelay> {
    const relay = new TcpRelay();
    await new Promise<void>((done) => relay.server.listen(0, '127.0.0.1', done));
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private pass(from: Socket): void {
    if (this.target === undefined) {
      from.resetAndDestroy();
      return;
    }
    const to = connect(this.target, '127.0.0.1');
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
