/** Logs on their way to a collector over TCP: what a client sends to a port of syslog is read as a file of that log. */
import type { Document, FieldValue } from '../../event/document.ts';
import type { Field, FieldId } from '../../event/field.ts';
import type { EventView, Provenance } from '../../event/view.ts';
import type { Parser, Source } from '../source.ts';
import type { CaptureContext, Side, StreamConsumer, StreamProtocol } from './stream.ts';

/** Ports of syslog over TCP (RFC 6587), and the one IANA calls syslog-conn. */
const SYSLOG_PORTS: readonly number[] = [514, 601];

/** @returns the protocol that reads a log from connections to syslog's ports */
export function logStreams(source: Source): StreamProtocol {
  return {
    ports: SYSLOG_PORTS,
    matches: () => false,
    start: (capture) => ({ open: () => new LogStream(source, capture) }),
  };
}

class LogStream implements StreamConsumer {
  isInterested = true;
  private readonly source: Source;
  private readonly capture: CaptureContext;
  /** The parser of each side that sends the log; a collector sends nothing. */
  private readonly parsers: [Parser | undefined, Parser | undefined] = [undefined, undefined];

  constructor(source: Source, capture: CaptureContext) {
    this.source = source;
    this.capture = capture;
  }

  data(side: Side, bytes: Uint8Array, from: number, to: number): void {
    const part = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
    const known = this.parsers[side];
    if (!known && this.source.detect(part) === 0) {
      if (!this.parsers[side === 0 ? 1 : 0]) this.isInterested = false;
      return;
    }
    const parser = known ?? this.source.open(this.capture.source);
    this.parsers[side] = parser;
    parser.push(part, (event) => this.give(event));
  }

  /** The message that was cut is lost; those behind it are read again from the next beginning. */
  gap(side: Side): void {
    this.parsers[side]?.end((event) => this.give(event));
    this.parsers[side] = undefined;
  }

  end(): void {
    for (const side of [0, 1] as const) this.gap(side);
  }

  summary(): undefined {
    return undefined;
  }

  private give(event: EventView): void {
    const { source, clock } = this.capture;
    const place = { file: source.file, format: this.source.id, offset: clock.offset };
    this.capture.show(new PlacedEvent(event, place));
  }
}

/** An event of a log inside a capture: its place is that of the packet. */
class PlacedEvent implements EventView {
  private readonly event: EventView;
  private readonly place: Provenance;

  constructor(event: EventView, place: Provenance) {
    this.event = event;
    this.place = place;
  }

  get networks() {
    return this.event.networks;
  }

  get(field: FieldId): FieldValue {
    return this.event.get(field);
  }

  elements(path: readonly string[]): readonly Document[] {
    return this.event.elements(path);
  }

  each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    this.event.each(visit);
  }

  document(): Document {
    return this.event.document();
  }

  id(): string {
    return this.event.id();
  }

  provenance(): Provenance {
    return this.place;
  }
}
