/** A result such as an incident gives: several rules, many alerts of one of them, damage, exceptions, blind rules. */
import type { Alert } from '../../src/detect/alert.ts';
import type { Severity } from '../../src/event/severity.ts';
import type { ScanResult } from '../../src/detect/scan-result.ts';
import { sampleAlert, sampleResult, sampleRule } from './reports-sample.ts';

const at = (day: number, hour: number, minute: number, second = 0) => Date.UTC(2026, 2, day, hour, minute, second);

const egress = sampleRule({
  id: 'exposure-egress',
  name: 'SMB to the Internet',
  type: 'finding',
  severity: 'high',
  description:
    'A machine of ours speaks SMB, or tries to, with an address on the Internet. Ranked by what became of the connection, from refused to data moved.',
  query: 'event.category:network* and smb.flow.direction:egress\n  and smb.flow.evidence:(port or protocol or quic)',
  threat: [
    { technique: 'T1048', name: 'Exfiltration Over Alternative Protocol', attackVersion: '18' },
    { technique: 'T1187', name: 'Forced Authentication', attackVersion: '18' },
  ],
  note: `## What it means
SMB belongs inside. When a machine of ours opens it towards the Internet, Windows may hand a logon to a **foreign server**.

| rung | what is proven |
|---|---|
| refused | somebody said no |
| moved | a file was read or written |

## Check
1. **Who is the client?** Name, owner and role of \`client.ip\`.
2. **Who is the server?** Owner of the network of \`server.ip\`.
   - age of the address
   - names that led to it

## Next step
Deny TCP 139 and 445 at the edge; see [the technique](https://attack.mitre.org/techniques/T1187/).

\`\`\`
smbastion query 'server.ip:198.18.7.9' evidence/
\`\`\``,
  falsePositives: ['A cloud file service that is used over SMB', 'Ranges of a VPN that are not configured as inside'],
  references: ['https://attack.mitre.org/techniques/T1048/'],
});

const write = sampleRule({
  id: 'admin-share-write',
  name: 'Executable written to an admin share',
  severity: 'high',
  description:
    'A program was written to ADMIN$ or C$ of another machine, as remote execution tools do before they start it.',
  threat: [{ technique: 'T1021.002', name: 'SMB/Windows Admin Shares', attackVersion: '18' }],
  note: 'Look for a service or a task that was created on the server within the next minute.',
});

const sweep = sampleRule({
  id: 'smb-sweep',
  name: 'SMB sweep',
  type: 'threshold',
  severity: 'medium',
  description: 'One client asked for SMB on many servers in a short time.',
  threat: [{ technique: 'T1046', attackVersion: '18' }],
});

const chain = sampleRule({
  id: 'remote-service-chain',
  name: 'Logon, program on ADMIN$, service',
  type: 'eql',
  severity: 'critical',
  description: 'One account logs on, writes a program to ADMIN$ and installs a service within a minute.',
  threat: [{ technique: 'T1569.002', name: 'Service Execution', attackVersion: '18' }],
});

const quiet = [
  sampleRule({ id: 'coerce-efs', name: 'Coercion through EFS', datasets: ['zeek.dce_rpc', 'windows.security'] }),
  sampleRule({ id: 'hive-theft', name: 'Registry hives taken remotely', datasets: ['sysmon.*', 'pcap.smb'] }),
  sampleRule({ id: 'share-walk', name: 'Walking many shares', datasets: ['zeek.smb_mapping'] }),
];

function egressAlert(index: number, level: string, severity: Severity, server: string, time: number): Alert {
  const rungs: Record<string, Severity> = { refused: 'low', attempted: 'low', established: 'high', moved: 'critical' };
  const names = level === 'moved' ? ['attempted', 'established', 'moved'] : [level];
  const document = {
    '@timestamp': new Date(time).toISOString(),
    client: { ip: index % 7 === 0 ? '10.20.4.31' : '10.20.4.17', port: 50_100 + index },
    server: { ip: server, port: 445 },
    network: { transport: 'tcp', community_id: '1:tSKBVNTyFEWFWXoxvFJVCQWKkvg=' },
    event: { dataset: 'zeek.conn', category: ['network'] },
    host: { name: 'FIN-WS-17' },
    smb: { flow: { direction: 'egress', outcome: level, evidence: ['port', 'protocol'] }, dialect: '3.1.1' },
  };
  const provenance = { file: 'evidence/zeek/2026-03-03/conn.log', format: 'zeek-tsv' };
  const moved = level === 'moved' ? 2_148_112 : 0;
  return sampleAlert(egress, String(index).padStart(32, '0'), {
    severity,
    riskScore: { low: 21, medium: 47, high: 73, critical: 99 }[severity],
    originalTime: time,
    lastTime: time + (names.length - 1) * 54_000,
    reason: `${document.client.ip} to ${server} port 445: SMB towards the Internet, ${level}${moved > 0 ? ', 2.1 MB sent, 30 kB received' : ''}`,
    document,
    members: names.map((_, i) => ({
      id: `${index}-${i}`,
      time: time + i * 54_000,
      provenance: { ...provenance, line: 1_200 + index * 3 + i },
      document,
    })),
    memberCount: names.length,
    finding: {
      key: [
        { field: 'client.ip', value: document.client.ip },
        { field: 'server.ip', value: server },
      ],
      level,
      steps: names.map((name, i) => ({ name, severity: rungs[name] ?? 'high', time: time + i * 54_000 })),
      connections: { [level]: names.length },
      bytesClient: moved,
      bytesServer: moved > 0 ? 30_412 : 0,
      raised: undefined,
    },
  });
}

function writeAlert(index: number, time: number): Alert {
  const document = {
    source: { ip: '10.20.4.17' },
    host: { name: index === 0 ? 'FILE-SRV-02.corp.example' : 'DC-01.corp.example' },
    user: { name: 'svc-backup', domain: 'CORP' },
    smb: { share: { name: 'ADMIN$' }, file: { path: 'Temp\\psexesvc-7f3a.exe' } },
    event: { dataset: 'windows.security', code: '5145' },
  };
  return sampleAlert(write, `w${index}`.padEnd(32, 'f'), {
    originalTime: time,
    lastTime: time,
    reason: `svc-backup wrote Temp\\psexesvc-7f3a.exe to ADMIN$ of ${document.host.name} from 10.20.4.17`,
    document,
    members: [
      {
        id: `w${index}`,
        time,
        provenance: { file: 'evidence/FILE-SRV-02/Security.evtx', format: 'evtx', offset: 1_118_208 },
        document,
      },
    ],
  });
}

function chainAlert(time: number): Alert {
  const legs: readonly (readonly [name: string, after: number, what: string | undefined])[] = [
    ...Array.from({ length: 5 }, (_, i) => ['failed-logon', i * 700, 'from 10.20.4.17, as svc-backup'] as const),
    ['logon', 4_200, '10.20.4.17 to FILE-SRV-02, as CORP\\svc-backup, event 4624'],
    ['write', 9_350, '10.20.4.17 to FILE-SRV-02, share ADMIN$, file Temp\\psexesvc-7f3a.exe, event 5145'],
    ['service', 51_000, 'on FILE-SRV-02, service PSEXESVC, event 7045'],
  ];
  const document = { host: { name: 'FILE-SRV-02' }, source: { ip: '10.20.4.17' }, user: { name: 'svc-backup' } };
  return sampleAlert(chain, 'c'.padEnd(32, '0'), {
    originalTime: time,
    lastTime: time + 51_000,
    reason: 'svc-backup from 10.20.4.17 started PSEXESVC on FILE-SRV-02 51 s after guessing its password',
    document,
    members: legs.map(([name, after], i) => ({
      id: `c${i}`,
      time: time + after,
      provenance: { file: `evidence/FILE-SRV-02/${name}.evtx`, format: 'evtx', offset: 4_096 * i },
      document,
    })),
    memberCount: legs.length,
    sequence: {
      keys: [{ field: 'host.name', value: 'FILE-SRV-02' }],
      legs: [
        ...legs.map(([name, after, what], i) => {
          return { name, state: 'matched' as const, event: `c${i}`, time: time + after, what, why: undefined };
        }),
        { name: 'logoff', state: 'missing', event: undefined, time: NaN, what: undefined, why: undefined },
        {
          name: 'share-opens',
          state: 'blind',
          event: undefined,
          time: NaN,
          what: undefined,
          why: 'turn on the audit setting Detailed File Share',
        },
      ],
      spanMs: 51_000,
      grade: 'exact',
    },
  });
}

/** @returns the result */
export function realisticResult(): ScanResult {
  const alerts: Alert[] = [
    egressAlert(0, 'moved', 'critical', '198.18.7.9', at(3, 14, 5, 12)),
    egressAlert(1, 'established', 'high', '198.18.7.10', at(3, 14, 9, 40)),
    chainAlert(at(3, 15, 40, 58)),
    writeAlert(0, at(3, 15, 41, 3)),
    writeAlert(1, at(3, 15, 44, 57)),
    sampleAlert(sweep, 's'.padEnd(32, '0'), {
      originalTime: at(3, 16, 2),
      lastTime: at(3, 16, 6, 30),
      reason: '10.20.4.17 asked 64 servers for SMB in 4m 30s, 51 of them did not answer',
      document: {
        client: { ip: '10.20.4.17' },
        event: { dataset: 'zeek.conn' },
        smb: { flow: { direction: 'internal', outcome: 'attempted' } },
      },
      memberCount: 64,
      group: {
        terms: [{ field: 'client.ip', value: '10.20.4.17' }],
        count: 64,
        cardinality: [{ field: 'server.ip', value: 64 }],
        from: at(3, 16, 2),
        to: at(3, 16, 6, 30),
      },
    }),
  ];
  for (let i = 2; i < 40; i++) {
    const level = i % 3 === 0 ? 'refused' : 'attempted';
    alerts.push(
      egressAlert(i, level, i % 8 === 0 ? 'medium' : 'low', `198.18.9.${i}`, at(3 + (i % 3), (i * 5) % 24, i)),
    );
  }
  alerts.sort((a, b) => a.originalTime - b.originalTime);
  const { summary } = sampleResult(alerts);
  const rules = summary.rules.map((entry) =>
    entry.rule === egress
      ? {
          ...entry,
          excepted: 3,
          counters: [
            { name: 'undecided', count: 12, hint: 'name your IPv6 prefixes under inside in the configuration' },
          ],
        }
      : entry,
  );
  const blind = quiet.map((rule) => ({
    rule,
    matches: 0,
    alerts: 0,
    buildingBlocks: 0,
    suppressed: 0,
    excepted: 0,
    counters: [],
  }));
  return {
    alerts,
    summary: {
      ...summary,
      files: [
        {
          file: 'evidence/zeek/2026-03-03/conn.log',
          format: 'zeek-tsv',
          bytes: 3_900_000,
          events: 11_204,
          problem: undefined,
        },
        {
          file: 'evidence/zeek/2026-03-03/smb_mapping.log',
          format: 'zeek-tsv',
          bytes: 120_000,
          events: 640,
          problem: undefined,
        },
        {
          file: 'evidence/FILE-SRV-02/Security.evtx',
          format: 'evtx',
          bytes: 1_118_208,
          events: 501,
          problem: undefined,
        },
        {
          file: 'evidence/notes.docx',
          format: undefined,
          bytes: 18_220,
          events: 0,
          problem: 'no format was recognised',
        },
      ],
      bytes: 5_156_428,
      datasets: [
        { dataset: 'zeek.conn', events: 11_204 },
        { dataset: 'zeek.smb_mapping', events: 640 },
        { dataset: 'windows.security', events: 501 },
      ],
      skipped: [{ reason: 'comment line', count: 16 }],
      firstTime: at(3, 0, 0),
      lastTime: at(5, 23, 58),
      rules: [...rules, ...blind],
      exceptions: [{ id: 'cloud-files', name: 'Cloud file service', hits: 3, expires: '2026-06-30T00:00:00Z' }],
      faults: [
        {
          code: 'zeek.columns',
          file: 'evidence/zeek/2026-03-03/conn.log',
          count: 2,
          samples: [
            {
              code: 'zeek.columns',
              file: 'evidence/zeek/2026-03-03/conn.log',
              line: 8_411,
              message: 'line has 9 columns, 21 were expected',
            },
          ],
        },
      ],
      limits: [],
      topPairs: [
        { client: '10.20.4.17', server: '198.18.7.9', alerts: 9, worst: 'critical' },
        { client: '10.20.4.17', server: 'FILE-SRV-02.corp.example', alerts: 5, worst: 'high' },
        { client: '10.20.4.31', server: '198.18.9.7', alerts: 2, worst: 'low' },
        { client: '10.20.4.17', server: '198.18.9.8', alerts: 1, worst: 'medium' },
      ],
    },
  };
}
