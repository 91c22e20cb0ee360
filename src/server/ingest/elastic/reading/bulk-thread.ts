import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { type BufferPool, movable } from '../../../../base/bytes/buffer-pool.ts';
import { EsError, type EsErrorType } from '../es-error.ts';
import type { BulkPart, BulkRequest } from './bulk-reading.ts';

/** What a thread is told. */
export type BulkOrder =
  | {
      readonly kind: 'read';
      readonly number: number;
      /** The first `size` bytes are the body; the thread gives it back when it has read them. */
      readonly body: ArrayBuffer;
      readonly size: number;
      readonly index: string | undefined;
      readonly sender: string;
      readonly idScope: string | undefined;
    }
  /** The part it sent last is taken. */
  | { readonly kind: 'taken'; readonly number: number }
  /** Buffers of an earlier part, which it may fill again. */
  | { readonly kind: 'spent'; readonly buffers: readonly ArrayBufferLike[] };

/** What a thread says of a request. */
export type BulkWord =
  | { readonly kind: 'part'; readonly number: number; readonly part: BulkPart }
  /** @see BulkReading.read for `isBound` */
  | { readonly kind: 'read'; readonly number: number; readonly body: ArrayBuffer; readonly isBound: boolean }
  | {
      readonly kind: 'refused';
      readonly number: number;
      readonly body: ArrayBuffer;
      readonly status: number;
      readonly type: EsErrorType;
      readonly reason: string;
    };

/**
 * Half of a young generation, in megabytes. What is made of a document is dropped with it; where the young generation is small,
 * documents that are just being read are moved to the old one, which is searched with threads of V8's own.
 */
const SEMI_SPACE_MB = 32;

interface Waiting {
  readonly take: (part: BulkPart) => Promise<void>;
  readonly resolve: (isBound: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that reads bulk requests. It is started by the first, and anew after it died. */
export class BulkThread {
  private readonly program: URL;
  private readonly work: unknown;
  private readonly bodies: BufferPool;
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private count = 0;
  private isClosed = false;
  /** Called when nothing is left to read. */
  private whenIdle: (() => void) | undefined;

  /**
   * @param program what it runs
   * @param work what it works with, as plain data
   * @param bodies gets the buffers of bodies that are read
   */
  constructor(program: URL, work: unknown, bodies: BufferPool) {
    this.program = program;
    this.work = work;
    this.bodies = bodies;
  }

  /** Requests that it has not read yet. */
  get load(): number {
    return this.waiting.size;
  }

  /** See {@link BulkReading}. A request whose thread dies is answered as an error of the server; the sender has it still. */
  async read({ body, ...request }: BulkRequest, take: (part: BulkPart) => Promise<void>): Promise<boolean> {
    if (this.isClosed) throw new EsError(503, 'node_closed_exception', 'the server is stopping');
    const worker = (this.worker ??= this.start());
    const number = ++this.count;
    const own = ownBytes(body, this.bodies);
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { take, resolve, reject });
      const order: BulkOrder = { ...request, kind: 'read', number, body: own, size: body.length };
      worker.postMessage(order, [own]);
    });
  }

  /** What it has is read before. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.waiting.size > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    await this.worker?.terminate();
  }

  private start(): Worker {
    // Threads begun from here on have young generations of this size at once: V8 lets them grow only as far as what survives asks for.
    setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE_MB}`);
    const worker = new Worker(this.program, {
      workerData: this.work,
      resourceLimits: { maxYoungGenerationSizeMb: 3 * SEMI_SPACE_MB },
    });
    worker.unref();
    let why = new Error('the thread that read it has ended');
    worker.on('error', (cause) => {
      why = new Error(`the thread that read it has died: ${cause instanceof Error ? cause.message : String(cause)}`);
    });
    worker.on('exit', () => {
      this.worker = undefined;
      for (const { reject } of this.waiting.values()) reject(why);
      this.waiting.clear();
      this.whenIdle?.();
    });
    worker.on('message', (word: BulkWord) => this.heard(worker, word));
    return worker;
  }

  private heard(worker: Worker, word: BulkWord): void {
    const { number } = word;
    const waiting = this.waiting.get(number);
    if (!waiting) return;
    if (word.kind === 'part') {
      const taken: BulkOrder = { kind: 'taken', number };
      const { events } = word.part.read;
      events.onSpent = () => {
        const spent: BulkOrder = { kind: 'spent', buffers: events.buffers };
        worker.postMessage(spent, movable(events.buffers));
      };
      waiting
        .take(word.part)
        .catch(waiting.reject)
        .then(() => worker.postMessage(taken), waiting.reject);
      return;
    }
    this.bodies.give([word.body]);
    this.waiting.delete(number);
    if (word.kind === 'read') waiting.resolve(word.isBound);
    else waiting.reject(new EsError(word.status, word.type, word.reason));
    if (this.waiting.size === 0) this.whenIdle?.();
  }
}

/** @returns a buffer that begins with the bytes and can be handed over; bytes among those of others are copied */
function ownBytes(body: Buffer, bodies: BufferPool): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = body;
  const isOwn =
    buffer instanceof ArrayBuffer && byteOffset === 0 && (buffer.byteLength === byteLength || bodies.gave(buffer));
  return isOwn ? buffer : new Uint8Array(body).buffer;
}
