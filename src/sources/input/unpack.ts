/** Bytes of a file as chunks, unpacked on the way: gzip, zstd, UTF-16 to UTF-8. Nothing is held but the current chunk. */
import { Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';

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

async function* unzstd(chunks: Chunks): Chunks {
  let ready: Buffer[] = [];
  const decompress = new Decompress((data) => {
    ready.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  });
  try {
    for await (const chunk of chunks) {
      decompress.push(chunk);
      yield* ready;
      ready = [];
    }
    decompress.push(Buffer.alloc(0), true);
  } catch (cause) {
    throw new Error(`the zstd data is damaged: ${messageOf(cause)}`, { cause });
  }
  yield* ready;
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
