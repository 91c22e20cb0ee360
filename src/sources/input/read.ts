/** Reads one input to its end: opens, unpacks, finds the format by content, and drives the parser chunk by chunk. */
import { open } from 'node:fs/promises';
import type { FaultLog } from '../../base/fault.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventGate, EventSink, Parser, Source, SourceSettings } from '../source.ts';
import type { InputFile, InputRange } from './discover.ts';
import { type Chunks, packingOf, unpack } from './unpack.ts';
import { isZip, zipMembers } from './zip.ts';

/** What is needed to read. */
export interface ReadContext {
  readonly sources: readonly Source[];
  readonly networks: Networks;
  readonly settings: SourceSettings;
  readonly faults: FaultLog;
  readonly sink: EventSink;
  /** Kinds of events that need not be decoded; every event is handed out without it. */
  readonly gate?: EventGate | undefined;
  readonly skipped: (reason: string, count: number) => void;
  /** Called as bytes of the input itself (packed) are read. */
  readonly progress: (bytes: number) => void;
  /** Offset of the bytes behind the file's header, when only a part is read. */
  readonly rangeFrom?: number | undefined;
  /** Asked between chunks; reading stops cleanly when it says so. */
  readonly isStopped: () => boolean;
  /** Asked between chunks: what to wait for when those who take the events are behind. */
  readonly whenReady?: (() => Promise<void> | undefined) | undefined;
}

/** What became of one file or member of an archive. */
export interface ReadResult {
  readonly file: string;
  /** Id of the source that read it; undefined when none recognised it. */
  readonly format: string | undefined;
  /** Unpacked bytes. */
  readonly bytes: number;
  readonly events: number;
  readonly problem: string | undefined;
}

/** Bytes read at once; two such buffers stay in the processor's cache. */
const CHUNK_BYTES = 512 * 1024;
/** Bytes a format is recognised by. */
const HEAD_BYTES = 64 * 1024;
/** Packings inside packings that are undone; more is no archive but an attack. */
const MAX_LAYERS = 4;
/** A zip archive that comes through a pipe or inside another archive is held in memory, up to this size. */
const MAX_HELD_ZIP_BYTES = 512 * 1024 * 1024;

/**
 * Reads a file, or every member of an archive.
 *
 * @returns one result for each stream of events in it, in order; damage is a problem or a fault, never an exception
 */
export async function readInput(input: InputFile, context: ReadContext): Promise<ReadResult[]> {
  if (input.problem !== undefined) return [failed(input.name, input.problem)];
  const chunks = input.name === '-' ? standardInput(context) : fileChunks(input, context);
  const { range } = input;
  const part = range ? partOf(context, range) : context;
  const results = await readStream(input.name, chunks, part, 0, input.name === '-' ? undefined : input.name);
  // The header comes before every part, and counts with the first.
  if (range === undefined || range.from <= range.headerBytes) return results;
  return results.map((result) => ({ ...result, bytes: Math.max(0, result.bytes - range.headerBytes) }));
}

/** A part is read by the source that cut the file, without asking all of them again: there are hundreds of parts. */
function partOf(context: ReadContext, { from, format }: InputRange): ReadContext {
  return { ...context, rangeFrom: from, sources: context.sources.filter(({ id }) => id === format) };
}

/**
 * Reads what comes as chunks, such as a file that is sent over a network.
 *
 * @param name as it stands in provenance and faults
 */
export function readChunks(name: string, chunks: Chunks, context: ReadContext): Promise<ReadResult[]> {
  return readStream(name, chunks, context, 0, undefined);
}

/** @param path the file on disk when the stream is the file itself, so that a zip can be read in place */
async function readStream(
  name: string,
  chunks: Chunks,
  context: ReadContext,
  layer: number,
  path: string | undefined,
): Promise<ReadResult[]> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const head = await readHead(iterator);
    const packing = packingOf(head);
    if ((packing !== undefined || isZip(head)) && layer >= MAX_LAYERS) {
      return [failed(name, `archives inside archives are opened ${MAX_LAYERS} deep, this goes deeper`)];
    }
    if (isZip(head)) return await readZip(name, path ?? (await collect(head, iterator)), context, layer);
    if (packing !== undefined) {
      return await readStream(name, unpack(rejoin(head, iterator), packing), context, layer + 1, undefined);
    }
    return [await readEvents(name, head, iterator, context)];
  } catch (cause) {
    return [failed(name, sentenceOf(cause))];
  } finally {
    await iterator.return?.();
  }
}

async function readZip(
  name: string,
  archive: string | Buffer,
  context: ReadContext,
  layer: number,
): Promise<ReadResult[]> {
  const results: ReadResult[] = [];
  try {
    for await (const member of zipMembers(archive)) {
      if (context.isStopped()) break;
      const below = await readStream(`${name}/${member.name}`, member.chunks, context, layer + 1, undefined);
      for (const result of below) results.push(result);
    }
  } catch (cause) {
    results.push(failed(name, sentenceOf(cause)));
  }
  if (results.length === 0) results.push(failed(name, 'the zip archive is empty'));
  return results;
}

async function readEvents(
  name: string,
  head: Buffer,
  iterator: AsyncIterator<Buffer>,
  context: ReadContext,
): Promise<ReadResult> {
  if (head.length === 0) return failed(name, 'the file is empty');
  const source = recognise(head, context.sources);
  if (!source) return failed(name, unknownFormat(head));
  let events = 0;
  const counted: EventSink = (event) => {
    events++;
    try {
      context.sink(event);
    } catch (cause) {
      // Values are decoded when rules ask for them, so this is where a record nobody thought of shows. It costs itself alone.
      const { line, offset } = event.provenance();
      const message = `this record could not be judged: ${sentenceOf(cause)}`;
      context.faults.add({ code: 'record.failed', file: name, line, offset, message });
    }
  };
  const { gate } = context;
  const parser = source.open({
    ...context,
    file: name,
    gate: gate && {
      admits: gate.admits,
      pass: (dataset, time) => {
        events++;
        gate.pass(dataset, time);
      },
    },
    skipped: (reason, count = 1) => context.skipped(reason, count),
  });
  let bytes = 0;
  let problem: string | undefined;
  try {
    bytes = await pump(parser, head, iterator, counted, context);
  } catch (cause) {
    // Unpacking broke off or the disk failed: what was read counts, and the file is marked as not read to its end.
    problem = `read only in part: ${sentenceOf(cause)}`;
  }
  // A record that our own stop cut in two is no damage of the evidence.
  if (!context.isStopped()) parser.end(counted);
  return { file: name, format: source.id, bytes, events, problem };
}

async function pump(
  parser: Parser,
  head: Buffer,
  iterator: AsyncIterator<Buffer>,
  sink: EventSink,
  context: ReadContext,
): Promise<number> {
  parser.push(head, sink);
  let bytes = head.length;
  while (!context.isStopped()) {
    const next = await iterator.next();
    if (next.done) break;
    parser.push(next.value, sink);
    bytes += next.value.length;
    const behind = context.whenReady?.();
    if (behind) await behind;
  }
  return bytes;
}

/** @returns the source that is surest, the earlier one in the list on a tie; undefined when none knows the bytes */
export function recognise(head: Buffer, sources: readonly Source[]): Source | undefined {
  let best: Source | undefined;
  let bestScore = 0;
  for (const source of sources) {
    const score = source.detect(head);
    if (score > bestScore) {
      best = source;
      bestScore = score;
    }
  }
  return best;
}

function unknownFormat(head: Buffer): string {
  if (head.toString('latin1', 257, 262) === 'ustar') return 'a tar archive; unpack it first';
  const isText = head.subarray(0, 512).every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
  const shown = head.toString('latin1', 0, 24).replace(/[^\x20-\x7e]/g, '.');
  return `no known format (${isText ? 'text' : 'binary'} that begins "${shown}")`;
}

/** Gathers the first bytes, so that short first chunks do not spoil the recognition. Chunks are copied: they are reused. */
async function readHead(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    parts.push(Buffer.from(next.value));
    size += next.value.length;
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

async function* rejoin(head: Buffer, iterator: AsyncIterator<Buffer>): Chunks {
  if (head.length > 0) yield head;
  for (;;) {
    const next = await iterator.next();
    if (next.done) return;
    yield next.value;
  }
}

async function collect(head: Buffer, iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of rejoin(head, iterator)) {
    parts.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > MAX_HELD_ZIP_BYTES) {
      throw new Error(`a zip archive through a pipe is read up to ${MAX_HELD_ZIP_BYTES} bytes; write it to a file`);
    }
  }
  return Buffer.concat(parts);
}

/** Buffers of files that were read: there may be thousands, and each would leave two to the collector. */
const freeBuffers: Buffer[] = [];

function takeBuffer(): Buffer {
  return freeBuffers.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
}

/** The next bytes are read while the last ones are parsed. Two buffers serve the whole file: parsers do not keep bytes. */
async function* fileChunks({ name, range }: InputFile, context: ReadContext): Chunks {
  const handle = await open(name, 'r');
  let coming: ReturnType<typeof handle.read> | undefined;
  let buffer = takeBuffer();
  let other = takeBuffer();
  try {
    const header = range ? await handle.read(buffer, 0, range.headerBytes, 0) : undefined;
    if (header) yield buffer.subarray(0, header.bytesRead);
    // A pipe in the file system gives its bytes when it likes: nobody waits for what may not be wanted any more.
    const isAhead = (await handle.stat()).isFile();
    let at = range?.from ?? 0;
    const end = range?.to ?? Number.POSITIVE_INFINITY;
    while (at < end) {
      // Without a range the file is read on from where it stands, which a pipe needs.
      coming ??= handle.read(buffer, 0, Math.min(CHUNK_BYTES, end - at), range ? at : null);
      const { bytesRead } = await coming;
      coming = undefined;
      if (bytesRead === 0) return;
      at += bytesRead;
      if (isAhead && at < end) {
        coming = handle.read(other, 0, Math.min(CHUNK_BYTES, end - at), range ? at : null);
        // What goes wrong is told when these bytes are asked for.
        coming.catch(() => {});
      }
      context.progress(bytesRead);
      yield buffer.subarray(0, bytesRead);
      [buffer, other] = [other, buffer];
    }
  } finally {
    await coming?.catch(() => {});
    freeBuffers.push(buffer, other);
    await handle.close();
  }
}

async function* standardInput(context: ReadContext): Chunks {
  for await (const chunk of process.stdin) {
    const bytes = chunk as Buffer;
    context.progress(bytes.length);
    yield bytes;
  }
}

function failed(file: string, problem: string): ReadResult {
  return { file, format: undefined, bytes: 0, events: 0, problem };
}

function sentenceOf(cause: unknown): string {
  if (cause instanceof Error && 'syscall' in cause && 'code' in cause)
    return `the file cannot be read (${String(cause.code)})`;
  return cause instanceof Error ? cause.message : String(cause);
}
