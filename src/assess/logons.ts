/** Network logons summed up: who, from where, to which host, how, how often it worked, when first and last. */
import { fieldId } from '../event/field.ts';
import { type EventView, firstText, hasText } from '../event/view.ts';

/** Logons of one account from one place to one host in one way. */
export interface LogonRow {
  readonly user: string;
  readonly domain: string;
  /** Address, or the name the client gave itself. */
  readonly client: string;
  /** Host that was logged on to: its name, or its address. */
  readonly host: string;
  /** Logon type and protocol, such as `Network, NTLM`. */
  readonly how: string;
  success: number;
  failure: number;
  /** Neither success nor failure is known. */
  unknown: number;
  /** Milliseconds; NaN when no event had a time. */
  first: number;
  last: number;
}

const CATEGORY = fieldId('event.category');
const TYPE = fieldId('event.type');
const OUTCOME = fieldId('event.outcome');
const TIMESTAMP = fieldId('@timestamp');
const USER = [fieldId('user.name'), fieldId('winlog.event_data.TargetUserName')] as const;
const DOMAIN = fieldId('user.domain');
const CLIENT = [
  fieldId('client.ip'),
  fieldId('source.ip'),
  fieldId('source.domain'),
  fieldId('source.address'),
] as const;
const HOST = [fieldId('host.name'), fieldId('server.ip'), fieldId('destination.ip')] as const;
const LOGON_TYPE = fieldId('winlog.logon.type');
const PACKAGE = [fieldId('winlog.event_data.AuthenticationPackageName'), fieldId('smb.auth.mechanism')] as const;
const NTLM_VERSION = fieldId('winlog.event_data.LmPackageName');
const ACTION = fieldId('event.action');
const SERVICE = fieldId('winlog.event_data.ServiceName');
const HOST_NAME = fieldId('host.name');
const OTHER_USER = fieldId('user.effective.name');
const OTHER_DOMAIN = fieldId('user.effective.domain');
const TARGET_HOST = fieldId('destination.domain');

/** What is a logon without a logon type: tickets and checks by a domain controller. */
const WAYS: Readonly<Record<string, string>> = {
  'kerberos-authentication-ticket-requested': 'Kerberos ticket',
  'kerberos-service-ticket-requested': 'Kerberos service ticket',
  'kerberos-preauth-failed': 'Kerberos pre-authentication',
  'credential-validated': 'NTLM, password checked here',
};

/** Logon types that come over the network and can be SMB. */
const NETWORK_TYPES: ReadonlySet<string> = new Set(['Network', 'NetworkCleartext']);

/** Rows kept; further logons are counted in one row, so that an attacker who invents names fills no memory. */
export const MAX_LOGON_ROWS = 200_000;
const OTHER = '(others)';

/** Sums up logons while evidence is read. */
export class LogonSummary {
  private readonly rows = new Map<string, LogonRow>();
  private readonly all: boolean;

  /** @param all count logons of every type, not only network logons */
  constructor(all: boolean) {
    this.all = all;
  }

  /** Counts the event if it is a logon. */
  add(event: EventView): void {
    if (!hasText(event, CATEGORY, 'authentication') || hasText(event, TYPE, 'end')) return;
    const type = firstText(event, LOGON_TYPE);
    if (!this.all && type !== undefined && !NETWORK_TYPES.has(type)) return;
    const row =
      firstText(event, ACTION) === 'logged-in-explicit' ? this.outwardRow(event) : this.inwardRow(event, type);
    if (row === undefined) return;
    const outcome = firstText(event, OUTCOME);
    if (outcome === 'success') row.success++;
    else if (outcome === 'failure') row.failure++;
    else row.unknown++;
    const time = event.get(TIMESTAMP);
    if (typeof time !== 'number') return;
    if (!(time >= row.first)) row.first = time;
    if (!(time <= row.last)) row.last = time;
  }

  /** @returns rows, most failures first, then most logons, then by name, so that the order is always the same */
  list(): readonly LogonRow[] {
    return [...this.rows.entries()]
      .toSorted(([keyA, a], [keyB, b]) => b.failure - a.failure || b.success - a.success || (keyA < keyB ? -1 : 1))
      .map(([, row]) => row);
  }

  private inwardRow(event: EventView, type: string | undefined): LogonRow | undefined {
    const user = firstOf(event, USER);
    if (user === undefined) return undefined;
    const domain = firstText(event, DOMAIN) ?? '';
    return this.rowOf(user, domain, firstOf(event, CLIENT) ?? '', firstOf(event, HOST) ?? '', howOf(event, type));
  }

  /** 4648: this host is the client, and the account is the one whose credentials were used; towards itself it is local. */
  private outwardRow(event: EventView): LogonRow | undefined {
    const user = firstText(event, OTHER_USER);
    const client = firstText(event, HOST_NAME) ?? '';
    const host = firstText(event, TARGET_HOST) ?? client;
    const isLocal = host.toLowerCase() === client.toLowerCase() || host.toLowerCase() === 'localhost';
    if (user === undefined || (isLocal && !this.all)) return undefined;
    const actor = firstText(event, USER[0]);
    const how = actor === undefined ? 'other credentials' : `other credentials, used by ${actor}`;
    return this.rowOf(user, firstText(event, OTHER_DOMAIN) ?? '', client, host, how);
  }

  private rowOf(user: string, domain: string, client: string, host: string, how: string): LogonRow {
    const key = [user.toLowerCase(), domain.toLowerCase(), client, host, how].join('\u0000');
    const known = this.rows.get(key);
    if (known) return known;
    if (this.rows.size >= MAX_LOGON_ROWS && user !== OTHER) return this.rowOf(OTHER, '', '', '', '');
    const counts = { success: 0, failure: 0, unknown: 0, first: Number.NaN, last: Number.NaN };
    const row: LogonRow = { user, domain, client, host, how, ...counts };
    this.rows.set(key, row);
    return row;
  }
}

function howOf(event: EventView, type: string | undefined): string {
  const way = type === undefined ? WAYS[firstText(event, ACTION) ?? ''] : undefined;
  if (way !== undefined) {
    const service = firstOf(event, [SERVICE]);
    return service === undefined ? way : `${way} for ${service}`;
  }
  const version = firstText(event, NTLM_VERSION);
  const protocol = version?.startsWith('NTLM') ? version : firstOf(event, PACKAGE);
  return [type, protocol].filter((part) => part !== undefined && part !== '-').join(', ');
}

function firstOf(event: EventView, names: readonly number[]): string | undefined {
  for (const field of names) {
    const text = firstText(event, field);
    if (text !== undefined && text !== '' && text !== '-') return text;
  }
  return undefined;
}
