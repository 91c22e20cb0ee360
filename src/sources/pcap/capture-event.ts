/** The event of a capture as a whole: how much was read, what the recorder lost, what was damaged. It comes last. */
import { stableId } from '../../base/hash.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import type { Document } from '../../event/document.ts';
import type { Networks } from '../../event/networks.ts';
import { NestedEvent } from './nested-event.ts';

/** Figures of a capture. */
export interface CaptureFigures {
  readonly packets: number;
  /** Captured bytes of all packets. */
  readonly bytes: number;
  /** Times of its earliest and its latest packet, milliseconds. */
  readonly first: number;
  readonly last: number;
  /** Names of its interfaces, where the file gives them. */
  readonly interfaces: readonly string[];
  /** Packets the recorder says it lost. */
  readonly dropped: number;
  readonly faults: number;
  /** Limits that were reached. */
  readonly limits: readonly string[];
  /** Packets with wrong checksums; undefined when they were not compared. */
  readonly wrongChecksums: number | undefined;
}

/** The view of a capture. */
export class CaptureEvent extends NestedEvent {
  private readonly figures: CaptureFigures;

  /** @param offset of the last packet in the capture */
  constructor(networks: Networks, file: string, figures: CaptureFigures, offset: number) {
    super(networks);
    this.figures = figures;
    this.point(documentOf(figures), { file, format: 'pcap', offset });
  }

  /** Times and sizes: the same when the file is read again, whatever it is called. */
  override id(): string {
    const { packets, bytes, first, last } = this.figures;
    return stableId(['smb.capture', String(packets), String(bytes), String(first), String(last)]);
  }
}

function documentOf(figures: CaptureFigures): Document {
  const { first, last, interfaces, limits, wrongChecksums } = figures;
  return {
    '@timestamp': formatTimestamp(last, 6),
    event: {
      kind: 'event',
      category: ['network'],
      type: ['info'],
      dataset: 'smb.capture',
      action: 'smb-capture',
      start: formatTimestamp(first, 6),
      end: formatTimestamp(last, 6),
      duration: Math.round((last - first) * 1000) * 1000,
    },
    observer: { type: 'sensor', ...(interfaces.length > 0 && { ingress: { interface: { name: interfaces } } }) },
    smb: {
      capture: {
        packets: figures.packets,
        bytes: figures.bytes,
        dropped: figures.dropped,
        faults: figures.faults,
        ...(limits.length > 0 && { limits }),
        ...(wrongChecksums !== undefined && { wrong_checksums: wrongChecksums }),
      },
    },
  };
}
