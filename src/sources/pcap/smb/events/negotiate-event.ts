import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';
import { STATUS_FIELDS } from './status-fields.ts';
import { type Telling, wireKind } from './wire-kind.ts';

/** What a negotiation came to. */
export interface Negotiation {
  readonly version: 1 | 2;
  readonly dialect: string | undefined;
  readonly offered: readonly string[];
  readonly clientGuid?: string | undefined;
  readonly serverGuid?: string | undefined;
  /** Name of the server as the client typed it. */
  readonly serverName?: string | undefined;
  readonly ciphersOffered?: readonly string[] | undefined;
  readonly isPosix?: boolean | undefined;
  readonly status: number;
  /** No answer was seen. */
  readonly isUnanswered: boolean;
}

interface NegotiationTelling extends Telling {
  readonly one: Negotiation;
  readonly status: number | undefined;
}

const serverName = ({ link, one }: NegotiationTelling) => link.nameOfServer(one.serverName);

const NEGOTIATION = wireKind<NegotiationTelling>('smb.negotiate', {
  'event.category': ['network'],
  'event.type': ['protocol'],
  'event.action': 'smb-negotiate',
  'event.outcome': ({ one }) => {
    if (one.isUnanswered) return 'unknown';
    return one.status !== 0 || one.dialect === undefined ? 'failure' : 'success';
  },
  'smb.command': 'negotiate',
  'smb.version': ({ one }) => (one.version === 1 ? 'SMB1' : 'SMB2'),
  'smb.dialect': ({ one }) => one.dialect,
  'smb.dialects.offered': ({ one }) => one.offered,
  'smb.client.guid': ({ one }) => one.clientGuid,
  'smb.server.guid': ({ one }) => one.serverGuid,
  'smb.server.name': serverName,
  'server.domain': serverName,
  'related.hosts': serverName,
  'smb.client.is_posix': ({ one }) => one.isPosix,
  'smb.signing.offered.client': ({ link }) => link.facts.protection.client.signingOffered,
  'smb.signing.required.client': ({ link }) => link.facts.protection.client.signingRequired,
  'smb.signing.offered.server': ({ link }) => link.facts.protection.server.signingOffered,
  'smb.signing.required.server': ({ link }) => link.facts.protection.server.signingRequired,
  'smb.signing.algorithm': ({ link }) => link.facts.protection.signingAlgorithm,
  'smb.encryption.offered.client': ({ link }) => link.facts.protection.client.encryptionOffered,
  'smb.encryption.offered.server': ({ link }) => link.facts.protection.server.encryptionOffered,
  'smb.encryption.ciphers_offered': ({ one }) => one.ciphersOffered,
  'smb.encryption.cipher': ({ link }) => link.facts.protection.cipher,
  'smb.compression.chosen': ({ link }) => link.facts.protection.compression,
  'smb.auth.mechanisms_offered': ({ link }) => link.facts.mechanismsOffered.list(),
  ...STATUS_FIELDS,
});

/** Tells of a negotiation. */
export function tellNegotiation(link: Link, origin: Origin, one: Negotiation): void {
  const { clock } = link.state;
  const time = one.isUnanswered ? link.lastTime : clock.time;
  const status = one.isUnanswered ? undefined : one.status;
  link.tell(NEGOTIATION, { link, origin, what: 'smb.negotiate', time, packet: clock.packet, one, status });
}
