/** Documents as shippers send them: flows of Packetbeat, Zeek connections through Filebeat, Windows events of Winlogbeat. */
import { type Connection, ecsFlow, type Spelling } from './evidence.ts';

const HOST = {
  hostname: 'dc01',
  os: { build: '20348.2113', kernel: '10.0.20348.2113 (WinBuild.160101.0800)', name: 'Windows Server 2022 Standard' },
  ip: ['fe80::4d2a:9c1f:7e10:11', '10.9.0.5'],
  name: 'dc01.corp.example',
  id: 'b91fea5e-4dfc-4a93-8ae1-0a3c4dbb7a01',
  mac: ['00-15-5D-0A-01-05'],
  architecture: 'x86_64',
};

function agent(type: string, name: string) {
  return {
    id: '7a5c8a4e-9b6f-4b53-a1f4-3c1d5ae1f002',
    name,
    type,
    version: '8.17.0',
    ephemeral_id: 'e1b0b2f4-5a1e-4c19-9a36-7f0f4f1a2f11',
  };
}

/** A Zeek connection as the Zeek module of Filebeat writes it: about 1.9 kB. */
const filebeatZeek: Spelling = (c) => {
  const time = new Date(c.time * 1000).toISOString();
  return JSON.stringify({
    '@timestamp': time,
    agent: agent('filebeat', 'sensor1'),
    destination: { address: c.server, bytes: c.received + 1300, ip: c.server, packets: 31, port: c.serverPort },
    ecs: { version: '1.12.0' },
    event: {
      category: ['network'],
      created: time,
      dataset: 'zeek.connection',
      duration: Math.round(c.duration * 1e9),
      id: c.uid,
      kind: 'event',
      module: 'zeek',
      type: ['connection', 'start', 'end'],
    },
    fileset: { name: 'connection' },
    host: { name: 'sensor1' },
    input: { type: 'log' },
    log: { file: { path: '/opt/zeek/logs/current/conn.log' }, offset: Math.round(c.time % 1e6) * 400 },
    network: {
      bytes: c.sent + c.received + 2200,
      community_id: `1:${c.uid}=`,
      direction: c.server.startsWith('10.') ? 'internal' : 'outbound',
      packets: 51,
      protocol: c.service.split(',')[0],
      transport: c.proto,
    },
    related: { ip: [c.client, c.server] },
    service: { type: 'zeek' },
    source: { address: c.client, bytes: c.sent + 900, ip: c.client, packets: 20, port: c.clientPort },
    tags: ['zeek.connection', 'local_orig'],
    zeek: {
      connection: {
        history: c.history,
        local_orig: true,
        local_resp: c.server.startsWith('10.'),
        missed_bytes: 0,
        state: c.state,
        state_message: 'Normal establishment and termination.',
      },
      session_id: c.uid,
    },
  });
};

/** What stands in the `winlog` part of every event of Winlogbeat. */
function winlog(c: Connection, channel: string, provider: string, id: number, task: string, data: object) {
  return {
    channel,
    computer_name: 'dc01.corp.example',
    event_data: data,
    event_id: String(id),
    keywords: ['Audit Success'],
    opcode: 'Info',
    process: { pid: 716, thread: { id: 4000 + (c.clientPort % 90) } },
    provider_guid: '{54849625-5478-4994-A5BA-3E3B0328C30D}',
    provider_name: provider,
    record_id: Math.round(c.time * 1000) % 1e9,
    task,
    api: 'wineventlog',
  };
}

/** An access to a share (Security 5145): about 3.2 kB, half of it the message. */
const winlogbeatShare: Spelling = (c) => {
  const time = new Date(c.time * 1000).toISOString();
  const file = `Projects\\${c.serverPort}\\plan-${c.clientPort % 400}.docx`;
  const data = {
    AccessList: '%%1538\n\t\t\t\t%%1541\n\t\t\t\t%%4416\n\t\t\t\t%%4423\n\t\t\t\t',
    AccessMask: '0x120089',
    AccessReason: '-',
    IpAddress: c.client,
    IpPort: String(c.clientPort),
    ObjectType: 'File',
    RelativeTargetName: file,
    ShareLocalPath: '\\??\\D:\\Shares\\Teams',
    ShareName: '\\\\*\\Teams',
    SubjectDomainName: 'CORP',
    SubjectLogonId: `0x${(c.sent * 7919).toString(16)}`,
    SubjectUserName: `user${c.clientPort % 800}`,
    SubjectUserSid: `S-1-5-21-1004336348-1177238915-682003330-${1000 + (c.clientPort % 800)}`,
  };
  const message = `A network share object was checked to see whether client can be granted desired access.\n\t\nSubject:\n\tSecurity ID:\t\t${data.SubjectUserSid}\n\tAccount Name:\t\t${data.SubjectUserName}\n\tAccount Domain:\t\tCORP\n\tLogon ID:\t\t${data.SubjectLogonId}\n\nNetwork Information:\t\n\tObject Type:\t\tFile\n\tSource Address:\t\t${c.client}\n\tSource Port:\t\t${c.clientPort}\n\t\nShare Information:\n\tShare Name:\t\t\\\\*\\Teams\n\tShare Path:\t\t\\??\\D:\\Shares\\Teams\n\tRelative Target Name:\t${file}\n\nAccess Request Information:\n\tAccess Mask:\t\t0x120089\n\tAccesses:\t\tREAD_CONTROL\n\t\t\t\tSYNCHRONIZE\n\t\t\t\tReadData (or ListDirectory)\n\t\t\t\tReadEA\n\t\t\t\tReadAttributes\n\t\t\t\t\nAccess Check Results:\n\tREAD_CONTROL:\tGranted by Ownership\n`;
  return JSON.stringify({
    '@timestamp': time,
    agent: agent('winlogbeat', 'dc01'),
    ecs: { version: '8.0.0' },
    event: {
      action: 'Detailed File Share',
      code: '5145',
      created: time,
      kind: 'event',
      outcome: 'success',
      provider: 'Microsoft-Windows-Security-Auditing',
    },
    host: HOST,
    log: { level: 'information' },
    message,
    winlog: winlog(c, 'Security', 'Microsoft-Windows-Security-Auditing', 5145, 'Detailed File Share', data),
  });
};

/** A connection that Sysmon saw (event 3): about 2.4 kB. */
const winlogbeatSysmon: Spelling = (c) => {
  const time = new Date(c.time * 1000).toISOString();
  const data = {
    DestinationHostname: 'dc01.corp.example',
    DestinationIp: c.server,
    DestinationIsIpv6: 'false',
    DestinationPort: String(c.serverPort),
    DestinationPortName: 'microsoft-ds',
    Image: 'System',
    Initiated: 'true',
    ProcessGuid: '{b34bc01c-7fae-5f63-eb03-000000000000}',
    ProcessId: '4',
    Protocol: c.proto,
    RuleName: '-',
    SourceHostname: `ws${c.clientPort % 900}.corp.example`,
    SourceIp: c.client,
    SourceIsIpv6: 'false',
    SourcePort: String(c.clientPort),
    User: 'NT AUTHORITY\\SYSTEM',
    UtcTime: time.replace('T', ' ').replace('Z', ''),
  };
  const lines = Object.entries(data).map(([name, value]) => `${name}: ${value}`);
  const task = 'Network connection detected (rule: NetworkConnect)';
  return JSON.stringify({
    '@timestamp': time,
    agent: agent('winlogbeat', 'dc01'),
    ecs: { version: '8.0.0' },
    event: { action: task, code: '3', created: time, kind: 'event', provider: 'Microsoft-Windows-Sysmon' },
    host: HOST,
    log: { level: 'information' },
    message: `Network connection detected:\n${lines.join('\n')}`,
    winlog: winlog(c, 'Microsoft-Windows-Sysmon/Operational', 'Microsoft-Windows-Sysmon', 3, task, data),
  });
};

/** A site's mixture: of ten requests four flows, three Zeek connections, two accesses to shares and one of Sysmon. */
export const SHIPPED: readonly Spelling[] = [
  ecsFlow,
  filebeatZeek,
  winlogbeatShare,
  ecsFlow,
  filebeatZeek,
  ecsFlow,
  winlogbeatSysmon,
  ecsFlow,
  filebeatZeek,
  winlogbeatShare,
];

/** Of sensors alone: six of ten requests flows, four Zeek connections. */
export const SHIPPED_BY_SENSORS: readonly Spelling[] = [
  ecsFlow,
  filebeatZeek,
  ecsFlow,
  ecsFlow,
  filebeatZeek,
  ecsFlow,
  filebeatZeek,
  ecsFlow,
  filebeatZeek,
  ecsFlow,
];

/**
 * A document with its names in the order in which Beats and Elastic Agent write them: their maps of Go have none, each object begins
 * with another of its names and goes round.
 *
 * @param random from 0 up to 1
 */
export function turned(document: string, random: () => number): string {
  return JSON.stringify(turnedValue(JSON.parse(document), random));
}

function turnedValue(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((one) => turnedValue(one, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const from = Math.floor(random() * entries.length);
  const all = [...entries.slice(from), ...entries.slice(0, from)];
  return Object.fromEntries(all.map(([name, inner]) => [name, turnedValue(inner, random)]));
}
