/** The bytes of CRYPTO frames put in order: a ClientHello may be spread over frames and datagrams in any order. */
import { VarintReader } from './varint.ts';

/** Longest ClientHello read. */
export const MAX_HELLO_BYTES = 16 * 1024;
/** Frames of one packet; padding of any length is one. */
const MAX_FRAMES = 1024;

const FRAME = { padding: 0, ping: 1, ack: 2, ackEcn: 3, crypto: 6 } as const;

/** The beginning of the handshake of one client. */
export class CryptoStream {
  private bytes = Buffer.alloc(2048);
  /** 1 for each byte that has come. */
  private readonly has = new Uint8Array(MAX_HELLO_BYTES);
  private ready = 0;

  /** Takes the frames of an opened packet; unknown frames end it, for their length is not known. */
  add(frames: Buffer): void {
    const reader = new VarintReader(frames, 0, frames.length);
    for (let count = 0; count < MAX_FRAMES && reader.isGood && reader.at < reader.end; count++) {
      const type = reader.next();
      if (type === FRAME.padding) {
        while (reader.at < reader.end && frames[reader.at] === FRAME.padding) reader.at++;
      } else if (type === FRAME.crypto) {
        const offset = reader.next();
        const size = reader.next();
        const from = reader.at;
        reader.skip(size);
        if (reader.isGood) this.put(offset, frames, from, size);
      } else if (type === FRAME.ack || type === FRAME.ackEcn) {
        skipAck(reader, type === FRAME.ackEcn);
      } else if (type !== FRAME.ping) {
        return;
      }
    }
  }

  /** @returns the bytes from the beginning up to the first hole */
  start(): Buffer {
    while (this.ready < MAX_HELLO_BYTES && this.has[this.ready] === 1) this.ready++;
    return this.bytes.subarray(0, this.ready);
  }

  private put(offset: number, from: Buffer, at: number, size: number): void {
    const end = Math.min(offset + size, MAX_HELLO_BYTES);
    if (end <= offset) return;
    if (end > this.bytes.length) {
      const grown = Buffer.alloc(MAX_HELLO_BYTES);
      this.bytes.copy(grown);
      this.bytes = grown;
    }
    for (let i = offset; i < end; i++) {
      if (this.has[i] === 1) continue;
      this.has[i] = 1;
      this.bytes[i] = from[at + i - offset]!;
    }
  }
}

/** Acknowledgements before a ClientHello is whole happen when its first packet is sent again. */
function skipAck(reader: VarintReader, hasCounts: boolean): void {
  reader.next();
  reader.next();
  const ranges = reader.next();
  reader.next();
  for (let i = 0; i < ranges * 2 && reader.isGood; i++) reader.next();
  if (hasCounts) for (let i = 0; i < 3; i++) reader.next();
}
