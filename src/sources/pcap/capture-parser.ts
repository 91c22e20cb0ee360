import type { EventSink, Parser, SourceContext } from '../source.ts';
import { type CaptureParts, CaptureReader } from './capture-reader.ts';
import { PcapFile } from './container/pcap-file.ts';
import { isSection, PcapngFile } from './container/pcapng-file.ts';
import { type RecordReader, RecordWindow } from './container/record-window.ts';

/** Bytes that tell one container from the other. */
const MAGIC_BYTES = 12;

/** Reads one capture file, whichever container it is. */
export class CaptureParser implements Parser {
  private readonly reader: CaptureReader;
  private readonly window: RecordWindow;
  private file: PcapFile | PcapngFile | undefined;

  constructor(context: SourceContext, parts: CaptureParts) {
    this.reader = new CaptureReader(context, parts);
    this.window = new RecordWindow(new ContainerReader((bytes, at) => this.open(bytes, at)));
  }

  /** Packets read so far. */
  get packets(): number {
    return this.reader.clock.packet;
  }

  push(bytes: Buffer, sink: EventSink): void {
    this.reader.sendTo(sink);
    this.window.push(bytes);
  }

  end(sink: EventSink): void {
    this.reader.sendTo(sink);
    const { file, window } = this;
    file?.end();
    window.flush();
    const { size, offset } = window.rest();
    if (size > 0 && file?.isReading !== false) {
      this.reader.fault('truncated', offset, `the file ends ${size} bytes into a record; all before it was read`);
    }
    this.reader.finish();
  }

  private open(bytes: Uint8Array, at: number): RecordReader {
    this.file = isSection(bytes, at) ? new PcapngFile(this.reader) : new PcapFile(this.reader);
    return this.file;
  }
}

/** Waits for the magic and hands over to the reader of the container. */
class ContainerReader implements RecordReader {
  private readonly open: (bytes: Uint8Array, at: number) => RecordReader;
  private inner: RecordReader | undefined;

  constructor(open: (bytes: Uint8Array, at: number) => RecordReader) {
    this.open = open;
  }

  get needed(): number {
    return this.inner?.needed ?? MAGIC_BYTES;
  }

  read(bytes: Uint8Array, from: number, to: number, offset: number): number {
    if (!this.inner && to - from < MAGIC_BYTES) return 0;
    this.inner ??= this.open(bytes, from);
    return this.inner.read(bytes, from, to, offset);
  }
}
