/**
 * Makes evidence for benchmarks: an office of 4,000 clients, 40 servers and 20,000 addresses outside; 30 % of it SMB, two
 * per mille of that worth a finding.
 */

/** Folder of real evidence, for benchmarks that need it. */
export const REAL_EVIDENCE = process.env['SMBASTION_EVIDENCE'] ?? '../shared/data';

/** Small seeded generator (mulberry32), so that every run measures the same bytes. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One connection, before it is written in some format. */
export interface Connection {
  readonly time: number;
  readonly uid: string;
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
  readonly proto: 'tcp' | 'udp';
  readonly service: string;
  readonly state: string;
  readonly duration: number;
  readonly sent: number;
  readonly received: number;
  readonly history: string;
}

const SERVICES = [
  ['udp', 53, 'dns'],
  ['tcp', 443, 'ssl'],
  ['tcp', 80, 'http'],
  ['tcp', 88, 'krb_tcp'],
  ['tcp', 135, 'dce_rpc'],
  ['tcp', 389, 'ldap_tcp'],
] as const;

/** @returns endless connections in time order, a millisecond or so apart */
export function* connections(seed = 1): Generator<Connection> {
  const random = seeded(seed);
  const pick = (n: number) => Math.floor(random() * n);
  for (let i = 0; ; i++) {
    const isSmb = random() < 0.3;
    const [proto, port, service] = isSmb
      ? (['tcp', 445, 'gssapi,smb,ntlm'] as const)
      : SERVICES[pick(SERVICES.length)]!;
    const leaves = isSmb ? random() < 0.002 : port === 443 || port === 80;
    yield {
      time: 1_761_300_000 + i * 0.0013,
      uid: `C${(pick(2 ** 31) + 2 ** 31).toString(36)}${i.toString(36)}`,
      client: `10.${1 + pick(4)}.${pick(4)}.${1 + pick(250)}`,
      clientPort: 49_152 + pick(16_000),
      server: leaves ? `8.0.${pick(80)}.${1 + pick(250)}` : `10.9.0.${1 + pick(40)}`,
      serverPort: port,
      proto,
      service,
      state: leaves && isSmb ? (random() < 0.8 ? 'S0' : 'SF') : 'SF',
      duration: random() * 20,
      sent: pick(9000),
      received: pick(40_000),
      history: 'ShADadFf',
    };
  }
}

/** Writes a connection as a Zeek conn line. */
export type Spelling = (connection: Connection) => string;

const ZEEK_FIELDS =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents';

/** Header of the TSV spelling. */
export const ZEEK_TSV_HEADER = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  '#open\t2025-10-24-10-00-00',
  `#fields\t${ZEEK_FIELDS.replaceAll(' ', '\t')}`,
  '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]',
  '',
].join('\n');

export const zeekTsv: Spelling = (c) =>
  [
    c.time.toFixed(6),
    c.uid,
    c.client,
    c.clientPort,
    c.server,
    c.serverPort,
    c.proto,
    c.service,
    c.duration.toFixed(6),
    c.sent,
    c.received,
    c.state,
    'T',
    c.server.startsWith('10.') ? 'T' : 'F',
    0,
    c.history,
    20,
    c.sent + 900,
    31,
    c.received + 1300,
    '-',
  ].join('\t');

export const zeekJson: Spelling = (c) =>
  JSON.stringify({
    ts: Number(c.time.toFixed(6)),
    uid: c.uid,
    'id.orig_h': c.client,
    'id.orig_p': c.clientPort,
    'id.resp_h': c.server,
    'id.resp_p': c.serverPort,
    proto: c.proto,
    service: c.service,
    duration: c.duration,
    orig_bytes: c.sent,
    resp_bytes: c.received,
    conn_state: c.state,
    local_orig: true,
    local_resp: c.server.startsWith('10.'),
    missed_bytes: 0,
    history: c.history,
    orig_pkts: 20,
    orig_ip_bytes: c.sent + 900,
    resp_pkts: 31,
    resp_ip_bytes: c.received + 1300,
  });

/** The flow as Elastic Agent writes it: about 1.3 kB a document. */
export const ecsFlow: Spelling = (c) => {
  const time = new Date(c.time * 1000).toISOString();
  return JSON.stringify({
    '@timestamp': time,
    agent: {
      name: 'sensor1',
      id: '6c4a3f5e-0001-4a6e-9f6a-000000000001',
      type: 'packetbeat',
      ephemeral_id: 'b3e0',
      version: '8.17.0',
    },
    elastic_agent: { id: '6c4a3f5e-0001-4a6e-9f6a-000000000001', version: '8.17.0', snapshot: false },
    destination: { port: c.serverPort, bytes: c.received + 1300, ip: c.server, packets: 31, mac: '00-11-22-33-44-55' },
    source: { port: c.clientPort, bytes: c.sent + 900, ip: c.client, packets: 20, mac: '66-77-88-99-AA-BB' },
    network: { community_id: `1:${c.uid}`, bytes: c.sent + c.received, transport: c.proto, type: 'ipv4', packets: 51 },
    host: {
      hostname: 'sensor1',
      os: { kernel: '6.1.0', codename: 'bookworm', name: 'Debian GNU/Linux', type: 'linux', family: 'debian' },
      ip: ['10.9.0.200', 'fe80::11'],
      containerized: false,
      name: 'sensor1',
      id: 'a1b2c3d4',
      mac: ['00-11-22-33-44-66'],
      architecture: 'x86_64',
    },
    data_stream: { namespace: 'default', type: 'logs', dataset: 'network_traffic.flow' },
    event: {
      duration: Math.round(c.duration * 1e9),
      agent_id_status: 'verified',
      ingested: time,
      kind: 'event',
      start: time,
      action: 'network_flow',
      end: time,
      category: ['network'],
      type: ['connection'],
      dataset: 'network_traffic.flow',
    },
    flow: { final: true, id: `EAT/////AP/////${c.uid}` },
    ecs: { version: '8.11.0' },
    status: 'OK',
    type: 'flow',
  });
};

/**
 * @param bytes about how many
 * @returns lines in one buffer, header first
 */
export function makeEvidence(spelling: Spelling, bytes: number, header = ''): Buffer {
  const parts: string[] = [header];
  let size = header.length;
  for (const connection of connections()) {
    const line = `${spelling(connection)}\n`;
    parts.push(line);
    size += line.length;
    if (size >= bytes) break;
  }
  return Buffer.from(parts.join(''));
}
