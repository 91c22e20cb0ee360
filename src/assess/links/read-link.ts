/** What one event says about a link, by fields any source may give. */
import { type FieldId, fieldId } from '../../event/field.ts';
import { type EventView, firstNumber, firstText, hasText } from '../../event/view.ts';
import { type Fact, toFact } from './fact.ts';
import { type Link, LINK_OUTCOMES, type LinkFact, type LinkNames, type LinkOutcome } from './link.ts';

const PORT = fieldId('server.port');
const OUTCOME = fieldId('smb.flow.outcome');
const EVENT_OUTCOME = fieldId('event.outcome');
const BYTES_CLIENT = fieldId('smb.flow.bytes.client');
const BYTES_SERVER = fieldId('smb.flow.bytes.server');
const CLIENT_PLACE = fieldId('smb.client.place');
const SERVER_PLACE = fieldId('smb.server.place');
const TIMESTAMP = fieldId('@timestamp');
const SMB_VERSION = fieldId('smb.version');
const DIALECT = fieldId('smb.dialect');
const LM_PACKAGE = fieldId('smb.auth.lm_package');
const USER = fieldId('user.name');
const DOMAIN = fieldId('user.domain');
const CATEGORY = fieldId('event.category');
const PROVIDER_LOG = fieldId('winlog.channel');
const HOST = fieldId('host.name');

/** Fields that answer a question as they are. */
const FACT_FIELDS: readonly (readonly [LinkFact, FieldId])[] = [
  ['signing_offered_client', fieldId('smb.signing.offered.client')],
  ['signing_offered_server', fieldId('smb.signing.offered.server')],
  ['signing_required_client', fieldId('smb.signing.required.client')],
  ['signing_required_server', fieldId('smb.signing.required.server')],
  ['signing_seen', fieldId('smb.signing.seen')],
  ['signing_seen', fieldId('smb.signing.used')],
  ['encryption_offered_client', fieldId('smb.encryption.offered.client')],
  ['encryption_offered_server', fieldId('smb.encryption.offered.server')],
  ['encryption_required_server', fieldId('smb.encryption.required.server')],
  ['encryption_seen', fieldId('smb.encryption.seen')],
  ['encryption_seen', fieldId('smb.encryption.used')],
  ['guest', fieldId('smb.auth.guest')],
  ['anonymous', fieldId('smb.auth.anonymous')],
];

/** Fields that give names as they are. */
const NAME_FIELDS: readonly (readonly [LinkNames, FieldId])[] = [
  ['authentication', fieldId('smb.auth.mechanism')],
  ['shares', fieldId('smb.share.name')],
  ['pipes', fieldId('smb.pipe.name')],
  ['interfaces', fieldId('smb.rpc.interface')],
  ['client_names', fieldId('smb.client.name')],
  ['client_names', fieldId('source.domain')],
  ['server_names', fieldId('smb.server.name')],
  ['server_names', fieldId('smb.server.netbios_name')],
  ['server_names', fieldId('smb.server.dns_name')],
  ['sources', fieldId('event.dataset')],
];

/** What a server answers when it goes on to negotiate one of SMB 2 or 3: no dialect that is spoken. */
const ANY_SMB2 = '2.x';

/** Dialects of SMB1 as sensors write them. */
const SMB1_DIALECTS: ReadonlySet<string> = new Set(['1.0', 'NT LM 0.12', 'NT LANMAN 1.0', 'SMB1', 'smb1']);

/** Adds what the event says to its link. */
export function readLink(link: Link, event: EventView): void {
  link.events++;
  const time = event.get(TIMESTAMP);
  if (typeof time === 'number') link.seeTime(time);
  const port = firstNumber(event, PORT);
  if (port !== undefined) link.ports.add(port);
  link.clientPlace ??= firstText(event, CLIENT_PLACE);
  link.serverPlace ??= firstText(event, SERVER_PLACE);
  const outcome = firstText(event, OUTCOME);
  if (isOutcome(outcome)) link.reach(outcome);
  readBytes(link, event);
  for (const [name, field] of FACT_FIELDS) link.learn(name, toFact(event.get(field)));
  for (const [name, field] of NAME_FIELDS) addNames(link, name, event, field);
  const dialect = firstText(event, DIALECT);
  if (dialect !== undefined && dialect !== ANY_SMB2) link.names.dialects.add(dialect);
  const smb1 = smb1Of(event);
  if (smb1 !== 'unknown') link.learn('smb1_used', smb1);
  addUser(link, event);
  addWindowsNames(link, event);
}

function readBytes(link: Link, event: EventView): void {
  const client = firstNumber(event, BYTES_CLIENT);
  const server = firstNumber(event, BYTES_SERVER);
  if (client === undefined && server === undefined) return;
  link.hasBytes = true;
  link.bytesClient += client ?? 0;
  link.bytesServer += server ?? 0;
}

function isOutcome(text: string | undefined): text is LinkOutcome {
  return (LINK_OUTCOMES as readonly (string | undefined)[]).includes(text);
}

function addNames(link: Link, name: LinkNames, event: EventView, field: FieldId): void {
  const value = event.get(field);
  if (typeof value === 'string') link.names[name].add(value);
  else if (typeof value === 'object') for (const one of value) link.names[name].add(String(one));
}

function smb1Of(event: EventView): Fact {
  const version = firstText(event, SMB_VERSION);
  if (version !== undefined) return toFact(version === 'SMB1');
  const dialect = firstText(event, DIALECT);
  return dialect === undefined ? 'unknown' : toFact(SMB1_DIALECTS.has(dialect));
}

/** Accounts that were let in; those of refused logons are no users of the link. */
function addUser(link: Link, event: EventView): void {
  const user = firstText(event, USER);
  if (user === undefined || user === '-') return;
  if (hasText(event, CATEGORY, 'authentication') && firstText(event, EVENT_OUTCOME) === 'failure') return;
  const domain = firstText(event, DOMAIN);
  link.names.users.add(domain === undefined || domain === '-' ? user : `${domain}\\${user}`);
  const version = firstText(event, LM_PACKAGE);
  if (version?.startsWith('NTLM') === true) link.names.authentication.add(version);
}

/** In the log of a Windows host the host itself is one end of the link, mostly the server. */
function addWindowsNames(link: Link, event: EventView): void {
  if (firstText(event, PROVIDER_LOG) === undefined) return;
  const host = firstText(event, HOST);
  if (host !== undefined && link.server.toLowerCase() !== host.toLowerCase() && link.client !== host) {
    link.names.server_names.add(host);
  }
}
