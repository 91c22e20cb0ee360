import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';

/** A statement about the protocol: what happened and what an honest peer would have sent. */
export interface Anomaly {
  /** Stable name such as `smb1-mixed-transaction`. */
  readonly name: string;
  readonly detail: string;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  readonly version?: 1 | 2 | undefined;
}

/** Tells of an anomaly, once for each name and connection. */
export function tellAnomaly(link: Link, origin: Origin, anomaly: Anomaly): void {
  if (!link.isNews(anomaly.name)) return;
  const fields = link.event('smb.anomaly', origin.time, origin.packet);
  if (fields === undefined) return;
  fields.put('event.category', ['network', 'intrusion_detection']);
  fields.put('event.type', ['info']);
  fields.put('event.action', anomaly.name);
  fields.put('smb.anomaly.name', anomaly.name);
  fields.put('smb.anomaly.detail', anomaly.detail);
  fields.put('smb.anomaly.expected', anomaly.expected);
  fields.put('smb.anomaly.found', anomaly.found);
  fields.put('smb.dialect', link.facts.dialect);
  fields.put('smb.version', anomaly.version === undefined ? undefined : anomaly.version === 1 ? 'SMB1' : 'SMB2');
  link.send(fields, origin, anomaly.name);
}
