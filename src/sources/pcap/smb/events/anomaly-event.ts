import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';
import { type Telling, wireKind } from './wire-kind.ts';

/** A statement about the protocol: what happened and what an honest peer would have sent. */
export interface Anomaly {
  /** Stable name such as `smb1-mixed-transaction`. */
  readonly name: string;
  readonly detail: string;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  readonly version?: 1 | 2 | undefined;
}

const ANOMALY = wireKind<Telling & { readonly anomaly: Anomaly }>('smb.anomaly', {
  'event.category': ['network', 'intrusion_detection'],
  'event.type': ['info'],
  'event.action': ({ anomaly }) => anomaly.name,
  'smb.anomaly.name': ({ anomaly }) => anomaly.name,
  'smb.anomaly.detail': ({ anomaly }) => anomaly.detail,
  'smb.anomaly.expected': ({ anomaly }) => anomaly.expected,
  'smb.anomaly.found': ({ anomaly }) => anomaly.found,
  'smb.dialect': ({ link }) => link.facts.dialect,
  'smb.version': ({ anomaly: { version } }) => (version === undefined ? undefined : version === 1 ? 'SMB1' : 'SMB2'),
});

/** Tells of an anomaly, once for each name and connection. */
export function tellAnomaly(link: Link, origin: Origin, anomaly: Anomaly): void {
  if (!link.isNews(anomaly.name)) return;
  const { time, packet } = origin;
  link.tell(ANOMALY, { link, origin, what: anomaly.name, time, packet, anomaly });
}
