import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';
import { putStatus } from './status-fields.ts';

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

/** Tells of a negotiation. */
export function tellNegotiation(link: Link, origin: Origin, one: Negotiation): void {
  const { clock } = link.state;
  const fields = link.event('smb.negotiate', one.isUnanswered ? link.lastTime : clock.time, clock.packet);
  if (fields === undefined) return;
  const { protection, mechanismsOffered } = link.facts;
  const serverName = link.nameOfServer(one.serverName);
  const isRefused = one.status !== 0 || (one.dialect === undefined && !one.isUnanswered);
  fields.put('event.category', ['network']);
  fields.put('event.type', ['protocol']);
  fields.put('event.action', 'smb-negotiate');
  fields.put('event.outcome', one.isUnanswered ? 'unknown' : isRefused ? 'failure' : 'success');
  fields.put('smb.command', 'negotiate');
  fields.put('smb.version', one.version === 1 ? 'SMB1' : 'SMB2');
  fields.put('smb.dialect', one.dialect);
  fields.put('smb.dialects.offered', one.offered);
  fields.put('smb.client.guid', one.clientGuid);
  fields.put('smb.server.guid', one.serverGuid);
  fields.put('smb.server.name', serverName);
  fields.put('server.domain', serverName);
  fields.put('related.hosts', serverName);
  fields.put('smb.client.is_posix', one.isPosix);
  fields.put('smb.signing.offered.client', protection.client.signingOffered);
  fields.put('smb.signing.required.client', protection.client.signingRequired);
  fields.put('smb.signing.offered.server', protection.server.signingOffered);
  fields.put('smb.signing.required.server', protection.server.signingRequired);
  fields.put('smb.signing.algorithm', protection.signingAlgorithm);
  fields.put('smb.encryption.offered.client', protection.client.encryptionOffered);
  fields.put('smb.encryption.offered.server', protection.server.encryptionOffered);
  fields.put('smb.encryption.ciphers_offered', one.ciphersOffered);
  fields.put('smb.encryption.cipher', protection.cipher);
  fields.put('smb.compression.chosen', protection.compression);
  fields.put('smb.auth.mechanisms_offered', mechanismsOffered.list());
  if (!one.isUnanswered) putStatus(fields, one.status);
  link.send(fields, origin, 'smb.negotiate');
}
