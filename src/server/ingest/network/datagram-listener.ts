/** Listens for datagrams. What the queue has no room for is dropped and counted: a sender of datagrams cannot be told to wait. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { SmbError } from '../../../base/error.ts';
import { systemReason } from '../../../base/system-error.ts';
import type { ListenAddress } from '../../../config/server-settings.ts';
import { formatListenAddress } from '../../../config/server-settings.ts';

/** Takes a datagram; its bytes are only valid during the call. */
export type DatagramHandler = (bytes: Buffer, from: RemoteInfo) => void;

/** What a listener is opened with. */
export interface DatagramListenerOptions {
  readonly listen: ListenAddress;
  /** Bytes that the kernel holds for us; it may give less. */
  readonly receiveBuffer: number;
  readonly handle: DatagramHandler;
  readonly failed: (error: Error) => void;
}

/** See the head of this file. */
export class DatagramListener {
  datagrams = 0;
  bytes = 0;
  private readonly socket: Socket;

  private constructor(socket: Socket, { handle }: DatagramListenerOptions) {
    this.socket = socket;
    socket.on('message', (bytes, from) => {
      this.datagrams++;
      this.bytes += bytes.length;
      handle(bytes, from);
    });
  }

  /** @throws INGEST-LISTEN when the address cannot be listened on */
  static async open(options: DatagramListenerOptions): Promise<DatagramListener> {
    const { listen } = options;
    const type = isIPv6(listen.host) ? 'udp6' : 'udp4';
    const socket = createSocket({ type, recvBufferSize: options.receiveBuffer });
    const listener = new DatagramListener(socket, options);
    await new Promise<void>((done, fail) => {
      socket.once('error', (cause) => {
        fail(
          new SmbError(
            'INGEST-LISTEN',
            `${formatListenAddress(listen)} (UDP) cannot be listened on: ${systemReason(cause)}.`,
          ),
        );
      });
      socket.bind(listen.port, listen.host, done);
    });
    socket.removeAllListeners('error').on('error', options.failed);
    return listener;
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** Bytes that the kernel really holds for us. */
  get receiveBuffer(): number {
    return this.socket.getRecvBufferSize();
  }

  /** @returns datagrams that the kernel dropped because we were too slow; undefined where it does not say */
  kernelDrops(): number | undefined {
    try {
      return dropsOf(`${readFileSync('/proc/net/udp', 'utf8')}${readFileSync('/proc/net/udp6', 'utf8')}`, this.port);
    } catch {
      // Only Linux has these files.
      return undefined;
    }
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.socket.close(done);
    });
  }
}

/**
 * @param table lines of /proc/net/udp: `sl local_address …  drops`, addresses as `0100007F:0035`
 * @returns drops of the sockets of a port
 */
function dropsOf(table: string, port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let drops = 0;
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(suffix)) drops += Number(columns.at(-1));
  }
  return drops;
}
