/** Builds the first packets of QUIC clients: a ClientHello, cut into CRYPTO frames, sealed with the Initial keys. */
import { createCipheriv } from 'node:crypto';
import { clientInitialKeys, QUIC_VERSIONS } from '../../src/sources/pcap/quic/initial-keys.ts';

/** @returns a ClientHello that offers application protocols and asks for a server */
export function clientHello(protocols: readonly string[], serverName?: string, padding = 0): Buffer {
  const names = Buffer.concat(protocols.map((name) => Buffer.concat([Buffer.from([name.length]), Buffer.from(name)])));
  const extensions = [extension(16, Buffer.concat([u16(names.length), names]))];
  if (serverName !== undefined) {
    const name = Buffer.concat([Buffer.from([0]), u16(serverName.length), Buffer.from(serverName)]);
    extensions.unshift(extension(0, Buffer.concat([u16(name.length), name])));
  }
  // Key shares of new kinds make hellos longer than a datagram.
  if (padding > 0) extensions.unshift(extension(51, Buffer.alloc(padding, 7)));
  const all = Buffer.concat(extensions);
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 1),
    Buffer.from([0]),
    u16(2),
    Buffer.from([0x13, 0x01]),
    Buffer.from([1, 0]),
    u16(all.length),
    all,
  ]);
  return Buffer.concat([Buffer.from([1, body.length >> 16, (body.length >> 8) & 255, body.length & 255]), body]);
}

/** A CRYPTO frame. */
export function cryptoFrame(offset: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([6]), varint(offset), varint(bytes.length), bytes]);
}

/** What an Initial packet is made with. */
export interface InitialParts {
  readonly version: number;
  /** Connection id of the client's first packet, which the keys are made of. */
  readonly keyId: Buffer;
  /** Id in this packet, when it is another. */
  readonly destinationId?: Buffer;
  readonly number?: number;
  readonly frames: Buffer;
  readonly token?: Buffer;
}

/** A sealed Initial packet, padded to the size of a first datagram. */
export function initialPacket(parts: InitialParts): Buffer {
  const version = QUIC_VERSIONS.get(parts.version)!;
  const keys = clientInitialKeys(version, parts.keyId);
  const id = parts.destinationId ?? parts.keyId;
  const token = parts.token ?? Buffer.alloc(0);
  const number = Buffer.alloc(2);
  number.writeUInt16BE(parts.number ?? 0);
  const versionBytes = Buffer.alloc(4);
  versionBytes.writeUInt32BE(parts.version);
  const start = Buffer.concat([
    Buffer.from([0xc0 | (version.initialType << 4) | 1]),
    versionBytes,
    Buffer.from([id.length]),
    id,
    Buffer.from([0]),
    varint(token.length),
    token,
  ]);
  const room = 1200 - start.length - 2 - number.length - 16;
  const frames = Buffer.concat([parts.frames, Buffer.alloc(Math.max(0, room - parts.frames.length))]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(0x4000 | (number.length + frames.length + 16));
  const header = Buffer.concat([start, length, number]);
  const nonce = Buffer.from(keys.iv);
  nonce[10]! ^= number[0]!;
  nonce[11]! ^= number[1]!;
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonce);
  cipher.setAAD(header);
  const packet = Buffer.concat([header, cipher.update(frames), cipher.final(), cipher.getAuthTag()]);
  const numberAt = header.length - number.length;
  const mask = createCipheriv('aes-128-ecb', keys.headerProtection, null)
    .setAutoPadding(false)
    .update(packet.subarray(numberAt + 4, numberAt + 20));
  packet[0]! ^= mask[0]! & 0x0f;
  packet[numberAt]! ^= mask[1]!;
  packet[numberAt + 1]! ^= mask[2]!;
  return packet;
}

function extension(type: number, body: Buffer): Buffer {
  return Buffer.concat([u16(type), u16(body.length), body]);
}

function varint(value: number): Buffer {
  if (value < 64) return Buffer.from([value]);
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(0x4000 | value);
  return bytes;
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
