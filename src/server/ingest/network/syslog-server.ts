import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { addressOf } from '../../../base/address/address.ts';
import { SmbError } from '../../../base/error.ts';
import { systemReason } from '../../../base/system-error.ts';
import { formatListenAddress } from '../../../config/server-settings.ts';
import { Rounds } from './round.ts';
import { SyslogConnection } from './syslog-connection.ts';
import { SyslogReaders, type SyslogReceiverOptions } from './syslog-receiver.ts';

/** What a server of syslog works with. */
export interface SyslogServerOptions extends Omit<SyslogReceiverOptions, 'receiveBuffer'> {
  /** Certificate and key in PEM; without them it is plain TCP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly maxConnections: number;
}

/** Receives syslog over TCP (RFC 6587) and TLS (RFC 5425). */
export class SyslogServer {
  /** Connections refused because there were too many. */
  refused = 0;
  private readonly server: Server;
  private readonly rounds: Rounds;
  private readonly sockets = new Set<Socket>();
  private readonly open = new Set<SyslogConnection>();

  private constructor(options: SyslogServerOptions) {
    const { intake, dialects, tls, failed, maxConnections } = options;
    const readers = new SyslogReaders(intake, dialects);
    const way = tls ? 'syslog-tls' : 'syslog-tcp';
    this.rounds = new Rounds(intake, failed);
    const accept = (socket: Socket) => {
      const ip = addressOf(socket.remoteAddress ?? '')?.text ?? 'unknown';
      const sender = intake.senders.get(way, ip);
      const connection = new SyslogConnection(socket, intake, sender, readers.of(sender, ip), this.rounds);
      this.open.add(connection);
      socket.on('close', () => this.open.delete(connection));
    };
    this.server = tls ? createTlsServer({ ...tls, minVersion: 'TLSv1.2' }, accept) : createServer(accept);
    // Connections count before they have spoken TLS: one that never does must neither stay uncounted nor keep a stop waiting.
    this.server.maxConnections = maxConnections;
    this.server.on('drop', () => this.refused++);
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    // A client that does not speak TLS, or breaks off, costs itself alone.
    this.server.on('tlsClientError', () => {});
  }

  /** @throws INGEST-LISTEN when the address cannot be listened on */
  static async open(options: SyslogServerOptions): Promise<SyslogServer> {
    const opened = new SyslogServer(options);
    await new Promise<void>((done, fail) => {
      opened.server.once('error', (cause) => {
        const where = formatListenAddress(options.listen);
        fail(new SmbError('INGEST-LISTEN', `${where} (TCP) cannot be listened on: ${systemReason(cause)}.`));
      });
      opened.server.listen(options.listen, done);
    });
    opened.server.removeAllListeners('error').on('error', options.failed);
    return opened;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.sockets.size;
  }

  /** Ends the connections and stores what they sent. */
  async close(): Promise<void> {
    const closed = new Promise((done) => {
      this.server.close(done);
    });
    for (const connection of this.open) connection.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    await this.rounds.close();
  }
}
