/**
 * Who speaks SMB with whom, and how safely: one row a client and server, from events of any source. Network sensors name
 * machines by address, Windows logs name the host that wrote them; where some event tells which name an address has, the
 * two rows become one.
 */
import { fieldId } from '../../event/field.ts';
import { type EventView, firstText } from '../../event/view.ts';
import { Link } from './link.ts';
import { readLink } from './read-link.ts';

/** Links kept; further ones are one row together, so that invented addresses fill no memory. */
export const MAX_LINKS = 200_000;

/** Names of the row that stands for links beyond {@link MAX_LINKS}. */
const OTHERS = '(others)';

const EVIDENCE = fieldId('smb.flow.evidence');
const SHARE = fieldId('smb.share.name');
const PIPE = fieldId('smb.pipe.name');
const CHANNEL = fieldId('winlog.channel');
const CLIENT_IP = fieldId('client.ip');
const SERVER_IP = fieldId('server.ip');
const CLIENT_NAMES = [fieldId('smb.client.name'), fieldId('source.domain'), fieldId('source.address')] as const;
const SERVER_NAMES = [fieldId('smb.server.name'), fieldId('destination.domain')] as const;
const LOCAL = fieldId('smb.client.is_local');
const HOST = fieldId('host.name');
const LOGON_TYPE = fieldId('winlog.logon.type');
const ACTION = fieldId('event.action');

/** Evidence that makes traffic SMB, beside what is only related to it. */
const IS_SMB: ReadonlySet<unknown> = new Set(['port', 'protocol', 'quic']);

/** Sums up links while evidence is read. */
export class LinkSummary {
  private readonly links = new Map<string, Link>();
  /** Network logons by client and host: they tell of a link only if something else shows that it is one of SMB. */
  private readonly logons = new Map<string, Link>();
  /** Events of SMB without both ends. */
  unplaced = 0;

  /** Counts the event if it tells of SMB between two machines. */
  add(event: EventView): void {
    const isLogon = isNetworkLogon(event);
    if (!isLogon && !isSmb(event)) return;
    if (event.get(LOCAL) === true) return;
    const ends = endsOf(event);
    if (!ends) {
      if (!isLogon) this.unplaced++;
      return;
    }
    // A machine that speaks with itself is no link.
    if (ends.client.toLowerCase() === ends.server.toLowerCase()) return;
    readLink(linkOf(isLogon ? this.logons : this.links, ends.client, ends.server), event);
  }

  /** @returns links, the most events first, then by name, so that the order is always the same */
  list(): readonly Link[] {
    const joined = new Map<string, Link>();
    const addresses = addressesByName(this.links.values());
    const into = (link: Link): Link => {
      const client = addresses.get(link.client.toLowerCase()) ?? link.client;
      const server = addresses.get(link.server.toLowerCase()) ?? link.server;
      return linkOf(joined, client, server);
    };
    for (const link of this.links.values()) into(link).absorb(link);
    for (const logon of this.logons.values()) {
      const client = addresses.get(logon.client.toLowerCase()) ?? logon.client;
      const server = addresses.get(logon.server.toLowerCase()) ?? logon.server;
      joined.get(keyOf(client, server))?.absorb(logon);
    }
    return [...joined.values()].toSorted(
      (a, b) => b.events - a.events || compare(a.client, b.client) || compare(a.server, b.server),
    );
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function isSmb(event: EventView): boolean {
  const evidence = event.get(EVIDENCE);
  if (Array.isArray(evidence) ? evidence.some((one) => IS_SMB.has(one)) : IS_SMB.has(evidence)) return true;
  if (event.get(SHARE) !== undefined || event.get(PIPE) !== undefined) return true;
  const channel = firstText(event, CHANNEL);
  return channel !== undefined && /^Microsoft-Windows-SMB(?:Server|Client)\//i.test(channel);
}

function isNetworkLogon(event: EventView): boolean {
  return firstText(event, LOGON_TYPE) === 'Network' && firstText(event, ACTION)?.startsWith('logged-in') === true;
}

/** Both ends of an event; the log of a host that is neither client nor server by address is the server's own. */
function endsOf(event: EventView): { client: string; server: string } | undefined {
  const channel = firstText(event, CHANNEL);
  const isClientLog = channel !== undefined && /^Microsoft-Windows-SMBClient\//i.test(channel);
  const host = channel === undefined ? undefined : firstText(event, HOST);
  const client = firstText(event, CLIENT_IP) ?? (isClientLog ? host : firstName(event, CLIENT_NAMES));
  const server = firstText(event, SERVER_IP) ?? firstName(event, SERVER_NAMES) ?? (isClientLog ? undefined : host);
  return client === undefined || server === undefined ? undefined : { client, server };
}

function firstName(event: EventView, fields: readonly number[]): string | undefined {
  for (const field of fields) {
    const text = firstText(event, field);
    if (text !== undefined && text !== '' && text !== '-') return text.replace(/^\\+/, '');
  }
  return undefined;
}

function keyOf(client: string, server: string): string {
  return `${client.toLowerCase()}\u0000${server.toLowerCase()}`;
}

function linkOf(links: Map<string, Link>, client: string, server: string): Link {
  const key = keyOf(client, server);
  const known = links.get(key);
  if (known) return known;
  if (links.size >= MAX_LINKS && client !== OTHERS) return linkOf(links, OTHERS, OTHERS);
  const link = new Link(client, server);
  links.set(key, link);
  return link;
}

/** Addresses of names, where all events that know one agree; the short form of a DNS name counts as well. */
function addressesByName(links: Iterable<Link>): ReadonlyMap<string, string> {
  const found = new Map<string, string | null>();
  const learn = (name: string, address: string) => {
    if (!isAddress(address)) return;
    for (const spelling of new Set([name.toLowerCase(), name.toLowerCase().split('.')[0]!])) {
      const known = found.get(spelling);
      found.set(spelling, known === undefined || known === address ? address : null);
    }
  };
  for (const link of links) {
    for (const name of link.names.server_names.list()) if (!isAddress(name)) learn(name, link.server);
    for (const name of link.names.client_names.list()) if (!isAddress(name)) learn(name, link.client);
  }
  return new Map([...found].flatMap(([name, address]) => (address === null ? [] : [[name, address]])));
}

function isAddress(text: string): boolean {
  return /^[0-9.]+$|:/.test(text);
}
