/** Bodies of requests: collected within the limits of the intake, and unpacked. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause, setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ZstdReader } from '../../../sources/input/zstd.ts';
import type { Intake } from '../intake.ts';
import { EsError } from './es-error.ts';

const gunzipAll = promisify(gunzip);

/** A request smaller than this may grow by any ratio up to it: short texts of one letter are no attack. */
const SMALL_BYTES = 1024 * 1024;
/** Window of a Zstandard frame that all must be able to read, and none should go beyond (RFC 8878 §3.1.1.1.2). */
const MAX_WINDOW_BYTES = 8 * 1024 * 1024;

/** How often a request that waits for room looks for it. */
const WAIT_STEP_MS = 50;

/**
 * Room in the intake's queue that a request holds while it is worked on. What has no room waits for it: nothing is read meanwhile,
 * and the sender's connection backs up. Some shippers drop a request that is refused as a whole; all of them wait for an answer.
 */
export class QueueRoom {
  private readonly intake: Intake;
  private readonly waitMs: number;
  private bytes = 0;

  /** @param waitMs how long room is waited for each time */
  constructor(intake: Intake, waitMs: number) {
    this.intake = intake;
    this.waitMs = waitMs;
  }

  /**
   * Waits until the queue has room for bytes, without taking it.
   *
   * @throws EsError 429 when there is none still
   */
  async wait(bytes: number): Promise<void> {
    await this.take(bytes);
    this.give(bytes);
  }

  /** @throws EsError 429 when the queue stays full */
  async take(bytes: number): Promise<void> {
    const { intake } = this;
    const until = performance.now() + this.waitMs;
    while (!intake.isStopping && !intake.hasRoom(bytes, this.bytes) && performance.now() < until)
      await pause(WAIT_STEP_MS);
    if (!intake.reserve(bytes, this.bytes)) {
      throw new EsError(429, 'es_rejected_execution_exception', 'the intake queue is full; send it again later');
    }
    this.bytes += bytes;
  }

  /**
   * Holds other bytes in place of those that are held: what was packed is unpacked now.
   *
   * @throws EsError 429 when others fill the queue
   */
  async exchange(bytes: number): Promise<void> {
    if (bytes > this.bytes) await this.take(bytes - this.bytes);
    else this.give(this.bytes - bytes);
  }

  /** @returns what came one after another as one, at the start of a buffer of its own */
  joined(chunks: readonly Buffer[], size: number): Buffer {
    const whole = Buffer.from(this.intake.bodies.take(size), 0, size);
    let at = 0;
    for (const chunk of chunks) at += chunk.copy(whole, at);
    return whole;
  }

  /** Gives all of it back. */
  release(): void {
    this.give(this.bytes);
  }

  private give(bytes: number): void {
    this.intake.release(bytes);
    this.bytes -= bytes;
  }
}

/**
 * @param request whose body is read to its end
 * @param room takes what is read
 * @throws EsError 413 when it is too long, 429 when there is no room
 */
export async function readBody(request: IncomingMessage, room: QueueRoom, limit: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw tooLong(limit);
  await room.wait(declared);
  const chunks: Buffer[] = [];
  let size = 0;
  // A request that is refused half way is read on by the server, so that the answer gets through.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > limit) throw tooLong(limit);
    // Only what has come takes room: whoever announces much and sends nothing would keep all others out.
    await room.take(bytes.length);
    chunks.push(bytes);
  }
  return chunks.length === 1 ? chunks[0]! : room.joined(chunks, size);
}

/**
 * @param encoding of the header Content-Encoding
 * @throws EsError 413 when it grows beyond the limits, 400 when it is damaged, 415 for another packing
 */
export async function unpackBody(
  packed: Buffer,
  encoding: string | undefined,
  { requestBytes, unpackRatio }: Intake['limits'],
): Promise<Buffer> {
  const limit = Math.min(requestBytes, Math.max(SMALL_BYTES, packed.length * unpackRatio));
  const refusal = limit === requestBytes ? tooLong(limit) : grownTooMuch(packed.length, unpackRatio);
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return packed;
    case 'gzip':
    case 'x-gzip':
      return gunzipAll(packed, { maxOutputLength: limit }).catch((cause: NodeJS.ErrnoException) => {
        throw cause.code === 'ERR_BUFFER_TOO_LARGE' ? refusal : damaged('gzip', cause);
      });
    case 'zstd':
      return unzstd(packed, limit, refusal);
    default:
      throw new EsError(
        415,
        'illegal_argument_exception',
        `Content-Encoding ${encoding} is not known; use gzip or zstd`,
      );
  }
}

/** @param refusal thrown when it grows beyond the limit */
async function unzstd(packed: Buffer, limit: number, refusal: EsError): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (const more of new ZstdReader(MAX_WINDOW_BYTES).push(packed, true)) {
      for (const part of more) {
        size += part.length;
        if (size > limit) throw refusal;
        parts.push(part.slice());
      }
      await nextTurn();
    }
  } catch (cause) {
    throw cause instanceof EsError ? cause : damaged('zstd', cause);
  }
  return Buffer.concat(parts, size);
}

function tooLong(limit: number): EsError {
  return new EsError(
    413,
    'content_too_long_exception',
    `a request may have ${limit} bytes, packed and unpacked; split it`,
  );
}

function grownTooMuch(packedBytes: number, ratio: number): EsError {
  const reason = `its ${packedBytes} bytes unpack to more than ${ratio} times as many, which no events do; send it unpacked`;
  return new EsError(413, 'content_too_long_exception', reason);
}

function damaged(packing: string, cause: unknown): EsError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EsError(400, 'parse_exception', `the ${packing} data is damaged: ${why}`);
}
