/** What a TLS ClientHello says of the application (RFC 8446 §4.1.2, RFC 7301, RFC 6066 §3). */

/** The part of a ClientHello that is read. */
export interface ClientHello {
  /** Application protocols offered, in order. */
  readonly protocols: readonly string[];
  readonly serverName: string | undefined;
}

const CLIENT_HELLO = 1;
const EXTENSION = { serverName: 0, alpn: 16 } as const;
/** Names are host names; protocols are of one byte's length. */
const MAX_NAME_BYTES = 255;
const MAX_PROTOCOLS = 32;

/**
 * @param bytes beginning of a handshake
 * @returns the ClientHello; 'more' while it is not whole; undefined when it is none
 */
export function readClientHello(bytes: Buffer): ClientHello | 'more' | undefined {
  if (bytes.length < 4) return 'more';
  if (bytes[0] !== CLIENT_HELLO) return undefined;
  const end = 4 + bytes.readUIntBE(1, 3);
  if (bytes.length < end) return 'more';
  let at = 4 + 2 + 32;
  at += 1 + (bytes[at] ?? 0);
  at += 2 + u16(bytes, at);
  at += 1 + (bytes[at] ?? 0);
  const extensionsEnd = Math.min(end, at + 2 + u16(bytes, at));
  at += 2;
  let protocols: readonly string[] = [];
  let serverName: string | undefined;
  while (at + 4 <= extensionsEnd) {
    const type = u16(bytes, at);
    const from = at + 4;
    const to = Math.min(from + u16(bytes, at + 2), extensionsEnd);
    if (type === EXTENSION.alpn) protocols = readProtocols(bytes, from + 2, to);
    else if (type === EXTENSION.serverName) serverName = readServerName(bytes, from, to);
    at = from + u16(bytes, at + 2);
  }
  return { protocols, serverName };
}

function readProtocols(bytes: Buffer, from: number, to: number): string[] {
  const found: string[] = [];
  let at = from;
  while (at < to && found.length < MAX_PROTOCOLS) {
    const end = at + 1 + bytes[at]!;
    if (end > to) break;
    found.push(bytes.toString('latin1', at + 1, end));
    at = end;
  }
  return found;
}

/** A list of names of which only one of type 0, a host name, is defined. */
function readServerName(bytes: Buffer, from: number, to: number): string | undefined {
  if (from + 5 > to || bytes[from + 2] !== 0) return undefined;
  const end = from + 5 + u16(bytes, from + 3);
  if (end > to || end - from - 5 > MAX_NAME_BYTES) return undefined;
  return bytes.toString('latin1', from + 5, end).toLowerCase();
}

function u16(bytes: Buffer, at: number): number {
  return at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0;
}
