import type { Link } from '../link.ts';
import type { Credentials } from '../state/credentials.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import { accountFields, SESSION_FIELDS, type SessionTelling } from './session-fields.ts';
import { STATUS_FIELDS } from './status-fields.ts';
import { wireKind } from './wire-kind.ts';

/** How a logon ended; `unknown` when the connection ended before it did. */
export type LogonOutcome = 'success' | 'failure' | 'unknown';

interface LogonTelling extends SessionTelling {
  readonly credentials: Credentials;
  readonly outcome: LogonOutcome;
  readonly status: number | undefined;
}

const LOGON = wireKind<LogonTelling>('smb.session', {
  'event.category': ['network', 'authentication'],
  'event.type': ['start'],
  'event.action': 'smb-logon',
  'event.outcome': ({ outcome }) => outcome,
  'smb.command': ({ version }) => (version === 1 ? 'session_setup_andx' : 'session_setup'),
  ...SESSION_FIELDS,
  ...accountFields<LogonTelling>(
    ({ credentials }) => credentials,
    ({ session }) => session?.credentials,
  ),
  'source.domain': ({ credentials }) => credentials.workstation,
  'smb.client.name': ({ credentials }) => credentials.workstation,
  'smb.client.version': ({ credentials }) => credentials.clientVersion,
  'smb.server.version': ({ credentials }) => credentials.serverVersion,
  'smb.server.netbios_name': ({ credentials }) => credentials.serverNames?.computer,
  'smb.server.dns_name': ({ credentials }) => credentials.serverNames?.dnsComputer,
  'smb.flow.credentials_sent': ({ credentials: { isSeen, isAnonymous } }) => (isSeen && !isAnonymous) || undefined,
  'smb.auth.mechanisms_offered': ({ credentials }) => credentials.mechanismsOffered,
  'smb.auth.unreadable': ({ credentials }) => credentials.isUnreadable || undefined,
  'smb.auth.fallback': ({ credentials }) => credentials.isFallback || undefined,
  'smb.auth.lm_package': ({ credentials: { ntlmVersion } }) =>
    ntlmVersion === undefined ? undefined : `NTLM V${ntlmVersion}`,
  'smb.auth.mic': ({ credentials }) => credentials.hasMic,
  'smb.auth.channel_binding': ({ credentials }) => credentials.hasChannelBinding,
  'smb.auth.spn': ({ credentials: { spn, answeredNames } }) => spn ?? answeredNames?.target,
  'smb.auth.realm': ({ credentials }) => credentials.realm,
  'smb.auth.ticket_etype': ({ credentials }) => credentials.ticketEtype,
  'smb.auth.kerberos_error': ({ credentials }) => credentials.kerberosError,
  'related.hosts': ({ credentials: { workstation, serverNames } }) =>
    [workstation, serverNames?.dnsComputer ?? serverNames?.computer].filter((host) => host !== undefined),
  ...STATUS_FIELDS,
});

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
  link.tell(LOGON, {
    link,
    origin,
    what: 'smb.session',
    time: isOver ? link.lastTime : clock.time,
    packet: isOver ? link.lastPacket : clock.packet,
    session,
    version,
    credentials,
    outcome,
    status: isOver ? undefined : status,
  });
}

const LOGOFF = wireKind<SessionTelling>('smb.session', {
  'event.category': ['network', 'authentication'],
  'event.type': ['end'],
  'event.action': 'smb-logoff',
  'event.outcome': 'success',
  'smb.command': ({ version }) => (version === 1 ? 'logoff_andx' : 'logoff'),
  ...SESSION_FIELDS,
});

/** Tells of the end of a session. */
export function tellLogoff(link: Link, origin: Origin, session: Session, version: 1 | 2): void {
  const { time, packet } = origin;
  link.tell(LOGOFF, { link, origin, what: 'smb-logoff', time, packet, session, version });
}
