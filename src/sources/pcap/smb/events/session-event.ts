import type { Link } from '../link.ts';
import type { Credentials } from '../state/credentials.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import type { EventFields } from './event-fields.ts';
import { putAccount, putSession } from './session-fields.ts';
import { putStatus } from './status-fields.ts';

/** How a logon ended; `unknown` when the connection ended before it did. */
export type LogonOutcome = 'success' | 'failure' | 'unknown';

/** Tells of the end of a logon. */
export function tellLogon(
  link: Link,
  origin: Origin,
  session: Session | undefined,
  credentials: Credentials,
  outcome: LogonOutcome,
  status: number,
  version: 1 | 2,
): void {
  const { clock } = link.state;
  const isOver = outcome === 'unknown';
  const time = isOver ? link.lastTime : clock.time;
  const fields = link.event('smb.session', time, isOver ? link.lastPacket : clock.packet);
  if (fields === undefined) return;
  fields.put('event.category', ['network', 'authentication']);
  fields.put('event.type', ['start']);
  fields.put('event.action', 'smb-logon');
  fields.put('event.outcome', outcome);
  fields.put('smb.command', version === 1 ? 'session_setup_andx' : 'session_setup');
  putSession(fields, link, session, version);
  putAccount(fields, credentials);
  putCredentials(fields, credentials);
  if (!isOver) putStatus(fields, status);
  link.send(fields, origin, 'smb.session');
}

function putCredentials(fields: EventFields, credentials: Credentials): void {
  const { serverNames, answeredNames } = credentials;
  fields.put('source.domain', credentials.workstation);
  fields.put('smb.client.name', credentials.workstation);
  fields.put('smb.client.version', credentials.clientVersion);
  fields.put('smb.server.version', credentials.serverVersion);
  fields.put('smb.server.netbios_name', serverNames?.computer);
  fields.put('smb.server.dns_name', serverNames?.dnsComputer);
  fields.put('smb.flow.credentials_sent', credentials.isSeen && !credentials.isAnonymous ? true : undefined);
  fields.put('smb.auth.mechanisms_offered', credentials.mechanismsOffered);
  fields.put('smb.auth.unreadable', credentials.isUnreadable || undefined);
  fields.put('smb.auth.fallback', credentials.isFallback || undefined);
  fields.put('smb.auth.lm_package', packageName(credentials.ntlmVersion));
  fields.put('smb.auth.mic', credentials.hasMic);
  fields.put('smb.auth.channel_binding', credentials.hasChannelBinding);
  fields.put('smb.auth.spn', credentials.spn ?? answeredNames?.target);
  fields.put('smb.auth.realm', credentials.realm);
  fields.put('smb.auth.ticket_etype', credentials.ticketEtype);
  fields.put('smb.auth.kerberos_error', credentials.kerberosError);
  const hosts = [credentials.workstation, serverNames?.dnsComputer ?? serverNames?.computer];
  fields.put(
    'related.hosts',
    hosts.filter((host) => host !== undefined),
  );
}

function packageName(version: 1 | 2 | undefined): string | undefined {
  return version === undefined ? undefined : `NTLM V${version}`;
}

/** Tells of the end of a session. */
export function tellLogoff(link: Link, origin: Origin, session: Session, version: 1 | 2): void {
  const fields = link.event('smb.session', origin.time, origin.packet);
  if (fields === undefined) return;
  fields.put('event.category', ['network', 'authentication']);
  fields.put('event.type', ['end']);
  fields.put('event.action', 'smb-logoff');
  fields.put('event.outcome', 'success');
  fields.put('smb.command', version === 1 ? 'logoff_andx' : 'logoff');
  putSession(fields, link, session, version);
  link.send(fields, origin, 'smb-logoff');
}
