/** Reads the ClientHello of QUIC clients, however many datagrams it is spread over, and tells SMB by its ALPN. */
import type { Document } from '../../../event/document.ts';
import type { FlowTable } from '../flow/flow-table.ts';
import { readClientHello } from './client-hello.ts';
import { CryptoStream } from './crypto-stream.ts';
import type { InitialKeys, QuicVersion } from './initial-keys.ts';
import { keysOf, openInitial, readInitialHeader } from './initial-packet.ts';

/** The name of SMB over QUIC in ALPN. */
const ALPN = 'smb';
/** Datagrams of one ClientHello. */
const MAX_DATAGRAMS = 8;
/** ClientHellos of which parts are missing. */
const MAX_WAITING = 1024;
/** Packets in one datagram. */
const MAX_PACKETS = 4;

interface Hello {
  readonly version: QuicVersion;
  readonly keys: InitialKeys;
  readonly stream: CryptoStream;
  datagrams: number;
}

/** The handshakes that are being read. */
export class QuicHellos {
  /** By a key of table and entry, oldest first. */
  private readonly waiting = new Map<number, Hello>();

  /** @returns whether an Initial packet of a known version begins here */
  isInitial(bytes: Uint8Array, from: number, to: number): boolean {
    return readInitialHeader(bytes, from, to) !== undefined;
  }

  /**
   * Takes a datagram of a client.
   *
   * @returns what is known once the ClientHello is whole and speaks SMB; 'more' while parts are missing; else undefined
   */
  read(table: FlowTable, entry: number, bytes: Uint8Array, from: number, to: number): Document | 'more' | undefined {
    const key = keyOf(table, entry);
    let hello = this.waiting.get(key);
    let at = from;
    for (let packets = 0; packets < MAX_PACKETS && at < to; packets++) {
      const header = readInitialHeader(bytes, at, to);
      if (!header) break;
      hello ??= { version: header.version, keys: keysOf(header), stream: new CryptoStream(), datagrams: 0 };
      const frames = openInitial(bytes, header, hello.keys);
      if (frames) hello.stream.add(frames);
      at = header.end;
    }
    if (!hello) return undefined;
    hello.datagrams++;
    const known = readClientHello(hello.stream.start());
    if (known === 'more' && hello.datagrams < MAX_DATAGRAMS) {
      this.wait(key, hello);
      return 'more';
    }
    this.waiting.delete(key);
    if (known === undefined || known === 'more' || !known.protocols.includes(ALPN)) return undefined;
    return documentOf(hello.version, known.protocols, known.serverName);
  }

  /** The conversation has ended. */
  forget(table: FlowTable, entry: number): void {
    this.waiting.delete(keyOf(table, entry));
  }

  private wait(key: number, hello: Hello): void {
    this.waiting.set(key, hello);
    if (this.waiting.size <= MAX_WAITING) return;
    const [oldest] = this.waiting.keys();
    this.waiting.delete(oldest!);
  }
}

function keyOf(table: FlowTable, entry: number): number {
  return entry * 2 + (table.isV6 ? 1 : 0);
}

function documentOf(version: QuicVersion, protocols: readonly string[], serverName: string | undefined): Document {
  return {
    network: { protocol: 'smb' },
    tls: {
      next_protocol: [...protocols],
      ...(serverName === undefined ? {} : { client: { server_name: serverName } }),
    },
    smb: { quic: { version: version.name, ...(serverName === undefined ? {} : { sni: serverName }) } },
  };
}
