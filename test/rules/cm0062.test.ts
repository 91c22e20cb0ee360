/**
 * The ten-minute correlation of CM0062: every row of what must and must not match, on Windows events as the sources give
 * them, and on real logs where they are (they are no part of the project; without them those tests are skipped).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configToNetworks, DEFAULT_CONFIG } from '../../src/config/config.ts';
import type { Alert } from '../../src/detect/alert.ts';
import { toAlertDocument } from '../../src/detect/alerts/alert-document.ts';
import { scanDocuments } from '../../src/detect/scan/scan-documents.ts';
import type { Document } from '../../src/event/document.ts';
import { normalizedDocument } from '../../src/event/normalized-document.ts';
import { CONTENT, readEvidence, shippedRules } from './scan-evidence.ts';
import { evidencePath } from '../tools/evidence-folder.ts';

const networks = configToNetworks(DEFAULT_CONFIG);
const rules = shippedRules().rules.filter(({ id }) => id.startsWith('cm0062-'));
const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 2, 3, 9);

/** What happened on FS01, said in the values of the record. */
interface Given {
  readonly host?: string;
  readonly client?: string;
  readonly account?: string;
  readonly session?: string;
  readonly data?: Document;
}

const PROVIDERS: Readonly<Record<string, string>> = {
  Security: 'Microsoft-Windows-Security-Auditing',
  System: 'Service Control Manager',
  'Microsoft-Windows-Sysmon/Operational': 'Microsoft-Windows-Sysmon',
};

let records = 0;

/** A record as an exporter of Windows logs writes it. */
function record(clock: string, code: number, given: Given, channel = 'Security'): Document {
  const [minutes, seconds] = clock.split(':');
  const time = START + Number(minutes) * MINUTE_MS + Math.round(Number(seconds) * 1000);
  const { host = 'FS01', account = 'alice', session = '0x51be20', client, data } = given;
  const isSysmon = channel.includes('Sysmon');
  return {
    '@timestamp': new Date(time).toISOString(),
    winlog: {
      channel,
      provider_name: PROVIDERS[channel],
      event_id: String(code),
      computer_name: `${host}.corp.example`,
      record_id: 1000 + records++,
      keywords: ['Audit Success'],
      event_data: {
        ...(isSysmon
          ? {}
          : {
              SubjectUserSid: `S-1-5-21-1-2-3-${account.length}`,
              SubjectUserName: account,
              SubjectDomainName: 'CORP',
              SubjectLogonId: session,
            }),
        ...(client === undefined ? {} : { IpAddress: client, IpPort: '50000' }),
        ...data,
      },
    },
  };
}

const CLIENT = '10.2.3.4';

const logon = (clock: string, given: Given = {}) => {
  const { account = 'alice', session = '0x51be20' } = given;
  return record(clock, 4624, {
    client: CLIENT,
    ...given,
    data: {
      LogonType: '3',
      TargetUserSid: `S-1-5-21-1-2-3-${account.length}`,
      TargetUserName: account,
      TargetDomainName: 'CORP.EXAMPLE',
      TargetLogonId: session,
      AuthenticationPackageName: 'NTLM',
    },
  });
};
const shareOpen = (clock: string, share: string, given: Given = {}) =>
  record(clock, 5140, { client: CLIENT, ...given, data: { ShareName: `\\\\*\\${share}`, AccessMask: '0x1' } });
const fileOpen = (clock: string, file: string, given: Given = {}, share = 'ADMIN$', mask = '0x120089') =>
  record(clock, 5145, {
    client: CLIENT,
    ...given,
    data: { ShareName: `\\\\*\\${share}`, RelativeTargetName: file, AccessMask: mask, ...given.data },
  });
const fileWrite = (clock: string, file: string, given: Given = {}, share = 'ADMIN$') =>
  fileOpen(clock, file, given, share, '0x120196');
const process = (clock: string, image: string, given: Given & { command?: string; parent?: string } = {}) =>
  record(clock, 4688, {
    account: 'FS01$',
    session: '0x3e7',
    ...given,
    data: {
      NewProcessName: image,
      CommandLine: given.command ?? image,
      ParentProcessName: given.parent ?? 'C:\\Windows\\System32\\services.exe',
      ...given.data,
    },
  });
const service = (clock: string, path: string, given: Given = {}) =>
  record(clock, 4697, { ...given, data: { ServiceName: 'kq7', ServiceFileName: path, ServiceType: '0x10' } });
const onAdmin = (clock: string, given: Given = {}) => process(clock, '\\\\127.0.0.1\\ADMIN$\\kq7.exe', given);
const sysmon = (clock: string, code: number, data: Document, given: Given = {}) =>
  record(clock, code, { ...given, data }, 'Microsoft-Windows-Sysmon/Operational');
/** Three different files of a data share. */
const opens = (clock: string, given: Given = {}) =>
  ['a.txt', 'b.txt', 'c.txt'].map((file) => fileOpen(clock, file, given, 'data'));

/** Reads documents by the way of a user's JSON lines. */
function scanned(documents: readonly Document[]): readonly Alert[] {
  const events: Document[] = [];
  const text = documents.map((document) => JSON.stringify(document)).join('\n');
  const read = readEvidence([{ name: 'evidence.jsonl', text: `${text}\n` }], networks, (event) => {
    events.push(normalizedDocument(event));
  });
  expect([read.events, read.faults]).toEqual([documents.length, []]);
  return scanDocuments(rules, events, { networks }).alerts;
}

const shown = (alerts: readonly Alert[]) =>
  alerts.map(({ severity, sequence, isBuildingBlock }) => {
    return `${severity} ${sequence!.grade}${isBuildingBlock ? ' (weak sign)' : ''}`;
  });

const scan = (documents: readonly Document[]) => scanDocuments(rules, documents, { networks }).alerts;
const codeOf = (document: Document) => (document['event'] as Document)['code'] as string;
const textOf = (alerts: readonly Alert[]) => JSON.stringify(alerts.map(toAlertDocument));

describe('rows of the correlation', () => {
  test.each<[string, Document[], string[]]>([
    ['the whole window', [logon('0:00'), ...opens('0:01'), onAdmin('10:00.000')], ['high loose']],
    ['a millisecond more', [logon('0:00'), ...opens('0:01'), onAdmin('10:00.001')], []],
    ['two opens', [logon('0:00'), ...opens('0:01').slice(1), onAdmin('0:03')], []],
    [
      'the same file three times in a second',
      [logon('0:00'), ...['0.1', '0.2', '0.3'].map((s) => fileOpen(`0:0${s}`, 'a.txt', {}, 'data')), onAdmin('0:03')],
      [],
    ],
    [
      'the same file in three seconds',
      [logon('0:00'), ...['1', '2', '3'].map((s) => fileOpen(`0:0${s}`, 'a.txt', {}, 'data')), onAdmin('0:03')],
      ['high loose'],
    ],
    ['execution first', [onAdmin('0:00'), logon('4:00'), ...opens('9:59')], ['high loose']],
    ['the later window', [...opens('0:00'), logon('5:00'), onAdmin('10:30'), ...opens('10:40')], ['high loose']],
    ['opens by another client', [logon('0:00'), ...opens('0:01', { client: '10.9.9.9' }), onAdmin('0:02')], []],
    ['opens by another account', [logon('0:00'), ...opens('0:01', { account: 'bo' }), onAdmin('0:02')], []],
    [
      'two hosts, each with a part',
      [
        logon('0:00'),
        ...opens('0:01'),
        onAdmin('0:02', { host: 'FS02' }),
        shareOpen('0:02', 'data', { host: 'FS02', client: '10.9.9.9' }),
        logon('0:03', { host: 'FS02' }),
        ...opens('0:04', { host: 'FS03' }),
        process('0:05', 'C:\\x.exe'),
      ],
      [],
    ],
    [
      'the host’s own machine account',
      [logon('0:00', { account: 'FS01$' }), ...opens('0:01', { account: 'FS01$' }), onAdmin('0:02')],
      [],
    ],
    [
      'another machine’s account',
      [logon('0:00', { account: 'WS07$' }), ...opens('0:01', { account: 'WS07$' }), onAdmin('0:02')],
      ['high loose'],
    ],
    [
      'the host’s own address',
      [logon('0:00', { client: '127.0.0.1' }), ...opens('0:01', { client: '::1' }), onAdmin('0:02')],
      [],
    ],
    ['a logon without an address', [logon('0:00', { client: '-' }), ...opens('0:01'), onAdmin('0:02')], []],
    [
      'a logon at the console',
      [
        {
          ...logon('0:00'),
          winlog: {
            ...(logon('0:00')['winlog'] as Document),
            event_data: { LogonType: '2', IpAddress: CLIENT, TargetUserName: 'alice', TargetLogonId: '0x51be20' },
          },
        },
        ...opens('0:01'),
        onAdmin('0:02'),
      ],
      [],
    ],
    [
      'only policies are read',
      [logon('0:00'), ...['a', 'b', 'c'].map((file) => fileOpen('0:01', file, {}, 'SYSVOL')), onAdmin('0:02')],
      [],
    ],
    [
      'only shares are audited',
      [logon('0:00'), ...['ADMIN$', 'IPC$', 'data'].map((share) => shareOpen('0:01', share)), onAdmin('0:02')],
      ['high loose'],
    ],
    [
      'only shares are audited, one share thrice',
      [logon('0:00'), ...['1', '2', '3'].map((s) => shareOpen(`0:0${s}`, 'ADMIN$')), onAdmin('0:04')],
      [],
    ],
    [
      'the file that was written runs',
      [logon('0:00'), ...opens('0:01'), fileWrite('0:01', 'kq7.exe'), process('0:02', 'C:\\Windows\\kq7.exe')],
      ['critical exact'],
    ],
    [
      'in other letters',
      [
        logon('0:00'),
        ...opens('0:01'),
        fileWrite('0:01', 'TEMP\\KQ7.exe'),
        process('0:02', 'c:\\windows\\temp\\kq7.EXE'),
      ],
      ['critical exact'],
    ],
    [
      'over a drive share',
      [
        logon('0:00'),
        ...opens('0:01'),
        fileWrite('0:01', 'Temp\\kq7.exe', {}, 'C$'),
        process('0:02', 'C:\\Temp\\kq7.exe'),
      ],
      ['critical exact'],
    ],
    [
      'over a data share whose folder is known',
      [
        logon('0:00'),
        ...opens('0:01'),
        fileWrite('0:01', 'kq7.exe', { data: { ShareLocalPath: '\\??\\D:\\Data' } }, 'data'),
        process('0:02', 'D:\\data\\kq7.exe'),
      ],
      ['critical exact'],
    ],
    [
      'another file runs',
      [logon('0:00'), ...opens('0:01'), fileWrite('0:01', 'kq7.exe'), process('0:02', 'C:\\Windows\\other.exe')],
      [],
    ],
    [
      'the file was only read',
      [logon('0:00'), ...opens('0:01'), fileOpen('0:01', 'kq7.exe'), process('0:02', 'C:\\Windows\\kq7.exe')],
      [],
    ],
    [
      'a service of that name elsewhere',
      [logon('0:00'), ...opens('0:01'), fileWrite('0:01', 'kq7.exe', {}, 'apps'), process('0:02', 'E:\\apps\\kq7.exe')],
      ['critical exact'],
    ],
    [
      'a service of the session',
      [logon('0:00'), ...opens('0:01'), service('0:02', '%COMSPEC% /c echo x')],
      ['critical exact'],
    ],
    [
      'a service of another session',
      [
        logon('0:00'),
        ...opens('0:01'),
        service('0:02', '%COMSPEC% /c echo x', { session: '0x99' }),
        process('0:03', 'C:\\y.exe'),
      ],
      [],
    ],
    [
      'a service of the file',
      [
        logon('0:00'),
        ...opens('0:01'),
        fileWrite('0:01', 'kq7.exe'),
        service('0:02', '%SystemRoot%\\kq7.exe', { session: '0x99' }),
      ],
      ['critical exact'],
    ],
    [
      'output fetched from ADMIN$',
      [
        logon('0:00'),
        ...opens('0:01'),
        process('0:02', 'C:\\Windows\\System32\\cmd.exe', {
          command: 'cmd.exe /Q /c cd 1> \\\\127.0.0.1\\ADMIN$\\__17 2>&1',
          parent: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
        }),
        fileOpen('0:03', '__17'),
      ],
      ['critical exact'],
    ],
    [
      'the host writes to its own ADMIN$',
      [
        logon('0:00'),
        ...opens('0:01'),
        fileWrite('0:02', '__17', { client: '127.0.0.1', account: 'FS01$' }),
        fileOpen('0:03', '__17'),
        process('0:04', 'C:\\y.exe'),
      ],
      ['critical exact'],
    ],
    [
      'a service whose program is on ADMIN$',
      [
        logon('0:00'),
        ...opens('0:01'),
        service('0:02', '\\\\127.0.0.1\\ADMIN$\\kq7.exe', { session: '0x99' }),
        process('0:03', 'C:\\y.exe'),
      ],
      ['high loose'],
    ],
    [
      'a command of the session through WMI',
      [
        logon('0:00'),
        ...opens('0:01'),
        process('0:02', 'C:\\Windows\\System32\\cmd.exe', {
          command: 'cmd.exe /c type \\\\fs01\\ADMIN$\\x.txt',
          data: { TargetLogonId: '0x51be20' },
        }),
      ],
      ['critical exact'],
    ],
    [
      'a service in the System log, of the file',
      [
        logon('0:00'),
        ...opens('0:01'),
        fileWrite('0:01', 'kq7.exe'),
        record('0:02', 7045, { data: { ServiceName: 'kq7', ImagePath: '%SystemRoot%\\kq7.exe' } }, 'System'),
        process('0:03', 'C:\\y.exe'),
      ],
      ['critical exact'],
    ],
    ['logon blind', [...opens('0:01'), onAdmin('0:02')], ['high degraded']],
    ['opens blind', [logon('0:01'), onAdmin('0:02')], ['high degraded']],
    ['execution blind', [logon('0:01'), ...opens('0:02')], ['low degraded (weak sign)']],
    ['logon missing', [...opens('0:01'), onAdmin('0:02'), logon('59:00', { client: '10.9.9.9' })], []],
    ['opens missing', [logon('0:01'), onAdmin('0:02'), shareOpen('59:00', 'data', { client: '10.9.9.9' })], []],
    ['execution missing', [logon('0:01'), ...opens('0:02'), process('59:00', 'C:\\y.exe')], []],
    [
      'execution last seen a day and two hours ago',
      [logon('0:01'), ...opens('0:02'), process(`${26 * 60}:00`, 'C:\\y.exe')],
      ['low degraded (weak sign)'],
    ],
    ['execution alone', [onAdmin('0:02')], []],
    [
      'two clients, one of them wrote the file',
      [
        logon('0:00'),
        ...opens('0:01'),
        fileWrite('0:01', 'kq7.exe'),
        logon('0:02', { client: '10.9.9.9', account: 'bob', session: '0x7' }),
        ...opens('0:03', { client: '10.9.9.9', account: 'bob', session: '0x7' }),
        process('0:04', 'C:\\Windows\\kq7.exe'),
      ],
      ['critical exact'],
    ],
  ])('%s', (_, documents, expected) => {
    expect(shown(scanned(documents))).toEqual(expected);
  });

  test('Sysmon alone: the connection stands for the logon, files and pipes for the opens', () => {
    const inbound = {
      Initiated: 'false',
      Protocol: 'tcp',
      Image: 'System',
      ProcessId: '4',
      SourceIp: CLIENT,
      SourcePort: '50000',
      DestinationIp: '10.2.3.9',
      DestinationPort: '445',
    };
    const story = [
      sysmon('0:00', 3, inbound),
      sysmon('0:01', 11, { Image: 'System', TargetFilename: 'C:\\Windows\\kq7.exe' }),
      sysmon('0:02', 18, { Image: 'System', PipeName: '\\svcctl' }),
      sysmon('0:03', 1, {
        Image: 'C:\\Windows\\kq7.exe',
        CommandLine: 'C:\\Windows\\kq7.exe',
        ParentImage: 'C:\\Windows\\System32\\services.exe',
        User: 'NT AUTHORITY\\SYSTEM',
        LogonId: '0x3e7',
      }),
      sysmon('0:04', 18, { Image: 'System', PipeName: '\\kq7-in' }),
    ];
    const [alert, ...others] = scanned(story);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ severity: 'critical', sequence: { grade: 'exact' } });
    expect(alert!.reason).toBe(
      'fs01.corp.example: a client connected from 10.2.3.4, wrote C:\\Windows\\kq7.exe, C:\\Windows\\kq7.exe ran 3 s later, 3 files and pipes opened for clients',
    );
    expect(shown(scanned(story.slice(1)))).toEqual(['high degraded']);
    expect(shown(scanned(story.slice(0, 4)))).toEqual([]);
  });

  test('Security and Sysmon of one host give one finding', () => {
    const both = [
      logon('0:00'),
      fileWrite('0:01', 'kq7.exe'),
      sysmon('0:01', 11, { Image: 'System', TargetFilename: 'C:\\Windows\\kq7.exe' }),
      sysmon('0:01', 3, {
        Initiated: 'false',
        Protocol: 'tcp',
        Image: 'System',
        SourceIp: CLIENT,
        SourcePort: '50000',
        DestinationIp: '10.2.3.9',
        DestinationPort: '445',
      }),
      ...opens('0:02'),
      sysmon('0:02', 18, { Image: 'System', PipeName: '\\svcctl' }),
      sysmon('0:02', 18, { Image: 'System', PipeName: '\\kq7' }),
      process('0:03', 'C:\\Windows\\kq7.exe'),
      sysmon('0:03', 1, {
        Image: 'C:\\Windows\\kq7.exe',
        CommandLine: 'C:\\Windows\\kq7.exe',
        ParentImage: 'C:\\Windows\\System32\\services.exe',
      }),
    ];
    const [alert, ...others] = scanned(both);
    expect(others).toEqual([]);
    expect(alert!.sequence).toMatchObject({
      grade: 'exact',
      keys: [
        { field: 'host.name', value: 'fs01.corp.example' },
        { field: 'client.ip', value: CLIENT },
        { field: 'user.id' },
        { field: 'user.name', value: 'alice' },
      ],
    });
  });

  test('the sentence and the document say what nobody could see', () => {
    const [alert] = scanned([...opens('0:01'), onAdmin('0:02')]);
    expect(alert!.reason).toBe(
      'fs01.corp.example: \\\\127.0.0.1\\ADMIN$\\kq7.exe ran: \\\\127.0.0.1\\ADMIN$\\kq7.exe, 1 s later, 3 opens of shares and files; logon not seen here: audit Logon, success (event 4624)',
    );
    const legs = (toAlertDocument(alert!)['smbastion'] as Document)['legs'] as Document[];
    expect(legs.at(-1)).toEqual({ name: 'logon', state: 'blind', why: 'audit Logon, success (event 4624)' });
    const [other] = scanned([
      logon('0:00'),
      ...['A', 'B', 'C'].map((share) => shareOpen('0:01', share)),
      onAdmin('0:02'),
    ]);
    expect(other!.notes).toEqual(['files are not seen here: audit Detailed File Share, success (event 5145)']);
  });
});

const ATTACK = evidencePath('evtx/attack/psexec-admin-share.evtx');

describe.skipIf(!existsSync(ATTACK))('a recording of PsExec', () => {
  const events: Document[] = [];
  if (existsSync(ATTACK)) {
    readEvidence([{ name: ATTACK, text: readFileSync(ATTACK) }], networks, (event) =>
      events.push(normalizedDocument(event)),
    );
  }
  const without = (...codes: string[]) => events.filter((document) => !codes.includes(codeOf(document)));

  test('is found once, with all three legs', () => {
    const alerts = scan(events);
    expect(shown(alerts)).toEqual(['critical exact']);
    const { sequence, reason } = alerts[0]!;
    expect(new Set(sequence!.legs.map(({ name }) => name))).toEqual(new Set(['logon', 'file', 'execution', 'opens']));
    expect(reason).toBe(
      'srvdefender01.offsec.lan: admmig logged on from 10.23.42.22, wrote PSEXESVC.exe to ADMIN$, C:\\Windows\\PSEXESVC.exe ran 24 ms later, 11 opens of shares and files',
    );
  });

  test('in any order, twice, and with temporary files', () => {
    const plain = textOf(scan(events));
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(textOf(scan([...shuffled, ...events]))).toBe(plain);
      }),
      { numRuns: 20 },
    );
    const limits = { 'leg-events-in-memory': 2, 'matches-remembered': 1 };
    expect(textOf(scanDocuments(rules, [...events, ...events], { networks, limits }).alerts)).toBe(plain);
  });

  test('as JSON lines', () => {
    const lines = events.map((document) => JSON.stringify(document)).join('\n');
    const again: Document[] = [];
    readEvidence([{ name: 'normalized.jsonl', text: `${lines}\n` }], networks, (event) =>
      again.push(normalizedDocument(event)),
    );
    expect(scan(again).map(({ id }) => id)).toEqual(scan(events).map(({ id }) => id));
  });

  test.each<[string, string[], string[]]>([
    ['logons are not collected', ['4624'], ['high degraded']],
    ['opens are not collected', ['5140', '5145'], ['high degraded']],
    ['files are not collected', ['5145'], []],
    ['processes are not collected, services are', ['4688'], ['critical exact']],
    ['nothing that runs is collected', ['4688', '4697'], ['low degraded (weak sign)']],
    ['neither logons nor opens', ['4624', '5140', '5145'], []],
  ])('%s', (_, codes, expected) => {
    expect(shown(scan(without(...codes)))).toEqual(expected);
  });

  test('the tool is gone, other processes are there', () => {
    const rest = without('4697').filter(
      (document) =>
        !JSON.stringify(document).includes('\\Windows\\\\cmd.exe') &&
        !JSON.stringify(document['process'] ?? '').match(/PSEXESVC|cmd\.exe/),
    );
    expect(rest.some((document) => codeOf(document) === '4688')).toBe(true);
    expect(scan(rest)).toEqual([]);
  });
});

test('the rules of CM0062 are there', () => {
  expect(rules.map(({ id }) => id)).toEqual(['cm0062-network', 'cm0062-windows']);
  expect(existsSync(join(CONTENT, 'rules/cm0062-windows.toml'))).toBe(true);
});
