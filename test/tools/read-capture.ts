/** A capture through the source, its events flat: dotted names to values. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { pcapSource } from '../../src/sources/pcap/pcap.ts';
import { readAll, type ReadEvent } from '../conformance/sources.ts';

/** Event as dotted names and values. */
export type FlatEvent = Readonly<Record<string, unknown>>;

/** @returns a document with dotted names */
export function flat(document: unknown, prefix = '', into: Record<string, unknown> = {}): FlatEvent {
  for (const [key, value] of Object.entries(document as Record<string, unknown>)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) flat(value, `${prefix}${key}.`, into);
    else into[prefix + key] = value;
  }
  return into;
}

/** What a capture gave. */
export interface CaptureEvents {
  readonly events: readonly FlatEvent[];
  readonly ids: readonly string[];
  readonly faults: number;
  of(dataset: string): readonly FlatEvent[];
}

export function readCaptureBytes(bytes: Buffer, each?: (event: ReadEvent) => void): CaptureEvents {
  const result = readAll(pcapSource([]), bytes, { chunk: 65_536 });
  if (each) for (const event of result.events) each(event);
  const events = result.events.map(({ document }) => flat(document));
  return {
    events,
    ids: result.events.map(({ id }) => id),
    faults: result.faultCount,
    of: (dataset) => events.filter((event) => event['event.dataset'] === dataset),
  };
}

export function readCapture(path: string): CaptureEvents {
  const bytes = readFileSync(path);
  return readCaptureBytes(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}
