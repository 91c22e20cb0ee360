/** Runs a capture tool and hands what it writes to a parser, a piece at a time, until it is stopped. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { captureError, type CaptureCommand, type KernelCounts, parseKernelCounts } from './capture-tool.ts';
import { RecordQueue } from './record-queue.ts';

/** Characters of the tool's messages kept. */
const MAX_SAID_CHARS = 16_384;
/**
 * The kernel hands packets over in blocks, an unfinished one after a quarter of a second; a tool that is told to end does not
 * wait for it, and the last packets would be lost uncounted.
 */
const KERNEL_DELAY_MS = 500;
/** A tool that does not end when asked to is ended after this time. */
const STOP_TIMEOUT_MS = 3000;
/** Bytes given to the parser before others have their turn: packets that arrive, ticks, signals. */
const TURN_BYTES = 256 * 1024;

/** What became of a capture. */
export interface CaptureFigures {
  readonly bytes: number;
  readonly kernel: KernelCounts;
  /** Packets dropped here because reading fell behind. */
  readonly droppedPackets: number;
  readonly droppedBytes: number;
}

/** See the head of this file. */
export class LiveCapture {
  /** Bytes handed to the parser so far. */
  bytes = 0;
  private readonly command: CaptureCommand;
  private readonly onBytes: (bytes: Buffer) => void;
  private readonly queue: RecordQueue;
  private child: ChildProcessByStdio<null, Readable, Readable> | undefined;
  private isStopping = false;
  private isPumping = false;
  private said = '';
  private drained: (() => void) | undefined;

  /** @param onBytes takes the next bytes of a pcap, valid during the call */
  constructor(command: CaptureCommand, onBytes: (bytes: Buffer) => void, queue = new RecordQueue()) {
    this.command = command;
    this.onBytes = onBytes;
    this.queue = queue;
  }

  /**
   * Captures until {@link stop} is called or the tool ends by itself.
   *
   * @returns the figures of the whole capture
   * @throws CAPTURE-RIGHTS or CAPTURE-TOOL when the tool ends without being asked to
   */
  async run(): Promise<CaptureFigures> {
    const { path, args, tool } = this.command;
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-MAX_SAID_CHARS);
    });
    child.stdout.on('data', (bytes: Buffer) => {
      if (!this.queue.push(bytes)) child.kill('SIGTERM');
      this.schedule();
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }).catch((cause: unknown) => {
      throw captureError(tool, String(cause));
    });
    await this.drain();
    if (!this.isStopping && code !== 0) throw captureError(tool, this.said);
    const { droppedPackets, droppedBytes } = this.queue;
    return { bytes: this.bytes, kernel: parseKernelCounts(this.said), droppedPackets, droppedBytes };
  }

  /** Asks the tool to end, once it has what the kernel holds; what it has is read. May be called more than once. */
  stop(): void {
    const { child } = this;
    if (this.isStopping || !child) return;
    this.isStopping = true;
    const timers = [
      setTimeout(() => child.kill('SIGINT'), KERNEL_DELAY_MS),
      setTimeout(() => child.kill('SIGKILL'), KERNEL_DELAY_MS + STOP_TIMEOUT_MS),
    ];
    child.once('close', () => timers.forEach(clearTimeout));
  }

  private schedule(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    setImmediate(() => this.pump());
  }

  private pump(): void {
    this.isPumping = false;
    let given = 0;
    while (given < TURN_BYTES) {
      const chunk = this.queue.take();
      if (!chunk) break;
      given += chunk.length;
      this.bytes += chunk.length;
      this.onBytes(chunk);
    }
    if (this.queue.size > 0) this.schedule();
    else this.drained?.();
  }

  private async drain(): Promise<void> {
    if (this.queue.size === 0) return;
    await new Promise<void>((resolve) => {
      this.drained = resolve;
      this.schedule();
    });
  }
}
