/** Every key of `smbastion.toml`, as data: what is checked, what is read and what the reference page says. */
import { timeZoneOf } from '../base/time/zone.ts';
import {
  byteSize,
  cidr,
  duration,
  flag,
  integer,
  list,
  mapOf,
  oneOf,
  parsedText,
  scalar,
  table,
  text,
  texts,
} from '../base/toml/shapes.ts';
import { type TomlReferenceRow, tomlReference } from '../base/toml/toml-reference.ts';
import type { Shape, TableKeys } from '../base/toml/toml-reader.ts';
import { parseByteSize } from '../base/byte-size.ts';
import { SEVERITIES } from '../event/severity.ts';
import { parseIntakeAddress } from './ingest-settings.ts';
import { parseListenAddress } from './server-settings.ts';

const NETWORKS = {
  internal: {
    shape: list(cidr()),
    meaning: 'Networks that are yours beside the default ones: public IPv4 ranges and IPv6 prefixes of the site',
    default: '[]',
  },
  default_internal: {
    shape: flag(),
    meaning:
      'Whether private (RFC 1918), shared (100.64.0.0/10), link-local and unique local (fc00::/7) addresses are inside',
    default: 'true',
  },
} satisfies TableKeys;

const SOURCES = {
  timezone: {
    shape: parsedText(
      'a time zone',
      (name) => timeZoneOf(name)?.name,
      'an IANA name such as "Europe/Vienna", or "UTC"',
    ),
    meaning: 'Zone of logs that do not state one',
    default: '"UTC"',
  },
  max_record: {
    shape: byteSize({ min: 1024, max: 1024 ** 3 }),
    meaning: 'A line or document longer than this is reported as a fault and skipped',
    default: '"16MiB"',
  },
  inside_zones: {
    shape: texts(),
    meaning: 'Firewall zones that are inside, in any letter case; with outside_zones they say which way a session went',
    default: '[]',
  },
  outside_zones: { shape: texts(), meaning: 'Firewall zones that are outside', default: '[]' },
} satisfies TableKeys;

const OVERRIDE = {
  severity: {
    shape: oneOf(SEVERITIES),
    meaning:
      'Severity instead of the rule’s own; its risk score follows. Not for rules whose severity varies: what happened decides it',
  },
  risk_score: { shape: integer({ min: 0, max: 100 }), meaning: 'Risk score instead of the one of the severity' },
} satisfies TableKeys;

const RULES = {
  folders: {
    shape: texts(),
    meaning: 'Folders with rule files of your own, read beside the built-in rules',
    default: '[]',
  },
  enable: { shape: list(text()), meaning: 'Ids of rules to switch on that are off by default', default: '[]' },
  disable: { shape: list(text()), meaning: 'Ids of rules to switch off', default: '[]' },
  parameters: {
    shape: mapOf(mapOf(scalar(), 'parameter'), 'rule id'),
    meaning: 'Values for the parameters of a rule, such as [rules.parameters.smb-sweep] unanswered = 50',
  },
  override: { shape: mapOf(table(OVERRIDE), 'rule id'), meaning: 'Other severity or risk score for a rule' },
} satisfies TableKeys;

const SIGMA = {
  placeholders: {
    shape: mapOf(list(text(), { min: 1 }), 'placeholder'),
    meaning:
      'Values of %name% in Sigma rules with the modifier expand, such as Servers = ["srv01", "srv02*"]; * and ? are wildcards',
  },
  timezone: {
    shape: parsedText(
      'a time zone',
      (name) => timeZoneOf(name)?.name,
      'an IANA name such as "Europe/Vienna", or "UTC"',
    ),
    meaning: 'Zone of the modifiers minute, hour, day, week, month and year',
    default: '"UTC"',
  },
} satisfies TableKeys;

const FILES = (what: string) =>
  ({ files: { shape: texts(), meaning: `${what}, relative to this file`, default: '[]' } }) satisfies TableKeys;

const TLS = {
  certificate: { shape: text(), meaning: 'Certificate with its chain, in PEM, relative to this file', required: true },
  key: { shape: text(), meaning: 'Private key of the certificate, in PEM, relative to this file', required: true },
} satisfies TableKeys;

const INTAKE_ADDRESS = parsedText('an address and port', parseIntakeAddress, 'such as "0.0.0.0:514" or "[::]:2055"');

const SYSLOG = {
  udp: { shape: list(INTAKE_ADDRESS), meaning: 'Addresses to receive syslog on over UDP', default: '[]' },
  tcp: { shape: list(INTAKE_ADDRESS), meaning: 'Addresses to receive syslog on over TCP', default: '[]' },
  tls: {
    shape: list(INTAKE_ADDRESS),
    meaning: 'Addresses to receive syslog on over TLS, with the certificate of [server.tls]',
    default: '[]',
  },
} satisfies TableKeys;

const INGEST = {
  syslog: {
    shape: table(SYSLOG),
    meaning: 'Syslog: PAN-OS TRAFFIC logs, and JSON of any producer that is read from files',
  },
  netflow: {
    shape: list(INTAKE_ADDRESS),
    meaning: 'Addresses to receive NetFlow v5, v9 and IPFIX on over UDP, such as ["0.0.0.0:2055"]',
    default: '[]',
  },
  receive_buffer: {
    shape: byteSize({ min: 64 * 1024, max: 1024 ** 3 }),
    meaning: 'What the kernel is asked to hold for each address of datagrams; net.core.rmem_max may give less',
    default: '"8MiB"',
  },
  follow: {
    shape: texts(),
    meaning:
      'Files and folders that are followed, relative to this file: lines that are added to logs, whole files that are dropped in',
    default: '[]',
  },
  follow_every: {
    shape: duration({ min: 100, max: 3_600_000 }),
    meaning: 'Time between two looks at followed files; where the system tells of changes they are seen at once',
    default: '"1s"',
  },
  quiet_after: {
    shape: duration({ min: 60_000, max: 90 * 86_400_000 }),
    meaning: 'A sender that sends nothing for so long raises an alert',
    default: '"24h"',
  },
  queue: {
    shape: byteSize({ min: 1024 ** 2 }),
    meaning:
      'What may be taken in and not be stored yet; beyond, shippers are told to come later and datagrams dropped',
    default: '"256MiB"',
  },
  write_events: {
    shape: integer({ min: 1, max: 1_000_000 }),
    meaning: 'Events that are written to the store together',
    default: '20000',
  },
  max_request: {
    shape: byteSize({ min: 1024, max: 1024 ** 3 }),
    meaning: 'Largest bulk request, packed and unpacked',
    default: '"100MiB"',
  },
  max_document: {
    shape: byteSize({ min: 1024, max: 256 * 1024 ** 2 }),
    meaning: 'Largest document or message that comes in; a larger one goes to the dead letters',
    default: '"1MiB"',
  },
  max_names: {
    shape: integer({ min: 256, max: 1_000_000 }),
    meaning: 'Names in one document that comes in, on all its levels; one with more goes to the dead letters',
    default: '4096',
  },
  max_connections: {
    shape: integer({ min: 1, max: 65_535 }),
    meaning: 'Connections of syslog at the same time',
    default: '1000',
  },
  readers: {
    shape: integer({ min: 1, max: 64 }),
    meaning: 'Threads that read what shippers send; a shipper is read by one of them',
    default: 'one for each core, 4 at most',
  },
} satisfies TableKeys;

const SERVER = {
  data: {
    shape: text(),
    meaning: 'Folder of everything that is kept, relative to this file',
    default: '"smbastion-data"',
  },
  listen: {
    shape: parsedText('an address and port', parseListenAddress, 'such as "127.0.0.1:8445" or "[::1]:8445"'),
    meaning: 'Where the server listens. An address that others can reach needs [server.tls] or behind_proxy',
    default: '"127.0.0.1:8445"',
  },
  public_url: {
    shape: parsedText('a URL', parseUrl, 'such as "https://smbastion.example.com"'),
    meaning: 'Where people reach it, when that is not where it listens; links in messages begin with it',
  },
  tls: { shape: table(TLS), meaning: 'Speak HTTPS' },
  behind_proxy: {
    shape: flag(),
    meaning: 'A proxy before it does TLS; its X-Forwarded-For and X-Forwarded-Proto are believed',
    default: 'false',
  },
  max_body: {
    shape: byteSize({ min: 1024, max: 1024 ** 3 }),
    meaning: 'Largest body of a request to the API, unpacked',
    default: '"4MiB"',
  },
  session: {
    shape: duration({ min: 60_000, max: 30 * 86_400_000 }),
    meaning: 'How long a session lasts after signing in',
    default: '"12h"',
  },
  query_time: {
    shape: duration({ min: 1_000, max: 3_600_000 }),
    meaning: 'How long a search of events may take',
    default: '"30s"',
  },
  keep: {
    shape: duration({ min: 3_600_000, max: 3_650 * 86_400_000 }),
    meaning: 'How long events are kept after they came in',
    default: '"90d"',
  },
  keep_alerts: {
    shape: duration({ min: 86_400_000, max: 36_500 * 86_400_000 }),
    meaning:
      'How long closed alerts are kept after anything happened to them, `keep` at least; others are kept for ever',
    default: '"1095d"',
  },
  max_store: {
    shape: byteSize({ min: 64 * 1024 ** 2, max: 1024 ** 5 }),
    meaning: 'Size of the store beyond which the oldest events are removed, however short they were kept',
    default: '"100GiB"',
  },
  store_memory: {
    shape: byteSize({ min: 256 * 1024 ** 2, max: 1024 ** 4 }),
    meaning: 'Memory that the store may use; what needs more goes through files beside it',
    default: '"2GiB"',
  },
  store_delay: {
    shape: duration({ min: 0, max: 3_600_000 }),
    meaning:
      'How much later events may be found when so many come that they fill a block of the store (122,880) in this time; 0s for never',
    default: '"30s"',
  },
  stop_time: {
    shape: duration({ min: 1_000, max: 600_000 }),
    meaning: 'How long stopping may wait for requests and runs',
    default: '"20s"',
  },
} satisfies TableKeys;

const NOTIFY = {
  type: { shape: oneOf(['webhook', 'mail', 'syslog']), meaning: 'How it is told', required: true },
  min_severity: { shape: oneOf(SEVERITIES), meaning: 'Alerts of less are not told', default: '"medium"' },
  rate: {
    shape: integer({ min: 1, max: 10_000 }),
    meaning: 'Messages a minute; what is more is held back and told together',
    default: '30, of mail 6, of syslog 600',
  },
  give_up: {
    shape: duration({ min: 60_000, max: 14 * 86_400_000 }),
    meaning: 'How long a message is tried; then it is kept, and shown by `smbastion notify status`',
    default: '"24h"',
  },
  url: {
    shape: parsedText('a URL', parseUrl, 'such as "https://hooks.example.com/smb"'),
    meaning: 'webhook: where it is sent',
  },
  url_file: {
    shape: text(),
    meaning: 'webhook: file with the URL instead, relative to this file, where whoever knows it may send',
  },
  url_env: { shape: text(), meaning: 'webhook: environment variable that holds it instead' },
  secret_file: {
    shape: text(),
    meaning: 'File with the secret that signs webhooks, or the password of mail, relative to this file',
  },
  secret_env: { shape: text(), meaning: 'Environment variable that holds it instead' },
  host: { shape: text(), meaning: 'mail, syslog: name or address of the server' },
  port: {
    shape: integer({ min: 1, max: 65_535 }),
    meaning: 'mail, syslog: its port',
    default: '587 of mail, 25 without TLS, 465 with "tls"; 514 of syslog, 6514 with TLS',
  },
  transport: {
    shape: oneOf(['udp', 'tcp', 'tls', 'starttls', 'plain']),
    meaning: 'mail: "starttls", "tls" or "plain"; syslog: "udp", "tcp" or "tls"',
    default: '"starttls" of mail, "udp" of syslog',
  },
  ca_file: { shape: text(), meaning: 'mail, syslog: certificates in PEM that are trusted instead of the public ones' },
  user: { shape: text(), meaning: 'mail: name to sign in with' },
  from: { shape: text(), meaning: 'mail: sender' },
  to: { shape: texts({ min: 1, orOne: true }), meaning: 'mail: recipients' },
} satisfies TableKeys;

/** Keys at the top of the file. */
export const CONFIG_KEYS = {
  networks: { shape: table(NETWORKS), meaning: 'Which addresses are yours' },
  roles: {
    shape: mapOf(list(cidr()), 'role'),
    meaning:
      'What addresses are: workstation, server, management, domain_controller, or any name of your own; rules see them as smb.client.role and smb.server.role',
  },
  sources: { shape: table(SOURCES), meaning: 'How evidence is read' },
  rules: { shape: table(RULES), meaning: 'Which rules run, and with which values' },
  sigma: { shape: table(SIGMA), meaning: 'What Sigma rules need to know of the site' },
  exceptions: { shape: table(FILES('Files of exceptions')), meaning: 'What is known and approved' },
  lists: { shape: table(FILES('Files of value lists')), meaning: 'Lists of values that exceptions name with in_list' },
  server: { shape: table(SERVER), meaning: 'The server that runs day and night (`smbastion serve`)' },
  ingest: { shape: table(INGEST), meaning: 'What comes in to the server beside what shippers send to it' },
  notify: { shape: mapOf(table(NOTIFY), 'channel'), meaning: 'Whom the server tells of alerts, and how' },
  limits: {
    shape: mapOf(countOrSize(), 'limit'),
    meaning: 'Limits of the engine by name; each says in the summary when it was reached',
  },
} satisfies TableKeys;

/** @returns every key of `smbastion.toml` with its type, default and meaning, in the order of the file */
export function configReference(): readonly TomlReferenceRow[] {
  return tomlReference(CONFIG_KEYS);
}

/** A limit is a number of things, or of bytes, which may be written as a size. */
function countOrSize(): Shape<number> {
  const count = integer({ min: 1 });
  const size = byteSize({ min: 1 });
  return {
    type: 'a whole number of at least 1, or a size such as "64MiB"',
    read: (node, name, reader) =>
      (node.kind === 'text' && parseByteSize(node.value) !== undefined ? size : count).read(node, name, reader),
  };
}

/** @returns the URL without a slash at its end; undefined when it is none of HTTP */
/** @returns a URL of the web without a user, without a slash at its end; undefined for all else */
export function parseUrl(written: string): string | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') return undefined;
  return url.href.replace(/\/$/, '');
}
