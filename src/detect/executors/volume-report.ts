/** Reports of flows for rules about volumes: kept small, sorted by key, flow and time, whatever order they came in. */
import { compareTexts } from '../../base/order.ts';
import type { Provenance } from '../../event/view.ts';
import type { DocumentTicket } from '../scan/kept-documents.ts';
import type { SpillCodec } from '../scan/sorted-spill.ts';

/** One report of one flow of one key. */
export interface VolumeReport {
  readonly group: string;
  /** Id of the flow; of a report that names none, its own. */
  readonly flow: string;
  readonly time: number;
  readonly id: string;
  readonly bytes: number;
  readonly provenance: Provenance;
  readonly ticket: DocumentTicket;
}

/** What a key had on one day. */
export interface DayVolume {
  bytes: number;
  /** Reports. */
  count: number;
  first: number;
  last: number;
  /** Reports that added most, largest first. */
  readonly largest: (VolumeReport & { readonly added: number })[];
}

type Written = [group: string, flow: string, time: number, id: string, bytes: number, Provenance, DocumentTicket];

/** Reports as lines of text. */
export const VOLUME_REPORT_CODEC: SpillCodec<VolumeReport> = {
  compare: (one, other) =>
    compareTexts(one.group, other.group) ||
    compareTexts(one.flow, other.flow) ||
    one.time - other.time ||
    one.bytes - other.bytes ||
    compareTexts(one.id, other.id),
  encode: ({ group, flow, time, id, bytes, provenance, ticket }) => {
    return JSON.stringify([group, flow, time, id, bytes, provenance, ticket]);
  },
  decode: (line) => {
    const [group, flow, time, id, bytes, provenance, ticket] = JSON.parse(line) as Written;
    return { group, flow, time, id, bytes, provenance, ticket };
  },
  chars: ({ group, flow, id }) => group.length + flow.length + id.length,
};
