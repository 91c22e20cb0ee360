/** Bytes of a file as chunks, unpacked on the way: gzip, zstd, UTF-16 to UTF-8. Nothing is held but the current chunk. */
import { Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ZstdReader } from './zstd.ts';

/** A stream of chunks; a chunk is only valid until the next one is asked for. */
export type Chunks = AsyncIterable<Buffer>;

/** Packings that wrap one stream. */
export type Packing = 'gzip' | 'zstd' | 'utf-16le' | 'utf-16be';

/** @returns how the bytes are packed, by their first bytes; undefined when they are not */
export function packingOf(head: Buffer): Packing | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Unpacks one layer. Damage in the packed data throws an Error with a sentence; what came before it was handed out. */
export function unpack(chunks: Chunks, packing: Packing): Chunks {
  switch (packing) {
    case 'gzip':
      return gunzip(chunks);
    case 'zstd':
      return unzstd(chunks);
    case 'utf-16le':
    case 'utf-16be':
      return fromUtf16(chunks, packing);
  }
}

async function* gunzip(chunks: Chunks): Chunks {
  const stream: Transform = createGunzip({ chunkSize: 256 * 1024 });
  // The gunzip stream keeps chunks until it gets to them, so it must own them.
  const source = Readable.from(copies(chunks));
  source.on('error', (cause) => stream.destroy(cause));
  source.pipe(stream);
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    throw new Error(`the gzip data is damaged: ${messageOf(cause)}`, { cause });
  } finally {
    source.destroy();
    stream.destroy();
  }
}

async function* copies(chunks: Chunks): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** The largest window that the command `zstd` unpacks without being told to. */
const MAX_WINDOW_BYTES = 128 * 1024 ** 2;

async function* unzstd(chunks: Chunks): Chunks {
  const reader = new ZstdReader(MAX_WINDOW_BYTES);
  try {
    // The reader keeps chunks until their block is whole, so it must own them.
    for await (const chunk of copies(chunks)) yield* buffers(reader, chunk, false);
    yield* buffers(reader, Buffer.alloc(0), true);
  } catch (cause) {
    throw new Error(`the zstd data is damaged: ${messageOf(cause)}`, { cause });
  }
}

function* buffers(reader: ZstdReader, packed: Buffer, isEnd: boolean): Generator<Buffer> {
  for (const parts of reader.push(packed, isEnd)) {
    for (const part of parts) yield Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  }
}

async function* fromUtf16(chunks: Chunks, encoding: 'utf-16le' | 'utf-16be'): Chunks {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text, 'utf8');
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest, 'utf8');
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
