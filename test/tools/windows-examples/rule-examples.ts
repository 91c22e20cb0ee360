/**
 * Event logs for the examples of host rules: for each rule one that fires it and a near miss that differs in one thing. A
 * rule file names one as `examples/NAME.evtx.gz`; scripts/make-windows-examples.mjs writes those that a rule names.
 */
import type { EvtxRecord } from '../evtx-writer/description.ts';
import { smbChannelEvents } from '../smb-channel-events.ts';
import { Host, type HostEvent, numbered, officeAccount, type Session } from './host-events.ts';

const APP = new Host('APP01');
const FS = new Host('FS01');
const DC = new Host('DC01');

const DATA = { localPath: '\\??\\D:\\data' };
const CREATE_WRITE = 0x120196;
const READ = 0x120089;
const WRITE = 0x2;

/** The session of an intruder on a workstation with the account of an administrator. */
const session: Session = {
  ...officeAccount('adm_keller', 1107),
  logonId: '0xa1f3c7',
  ip: '10.20.1.23',
  port: 52_340,
  workstation: 'WS23',
};
/** Somebody who sits at the server. */
const console: Session = { ...officeAccount('adm_keller', 1107), logonId: '0x51be20', ip: '-', port: 0 };

/** Minute and second of one hour. */
const at = (minute: number, second = 0, ticks = '0000000') =>
  `11:${String(minute).padStart(2, '0')}:${String(second).padStart(2, '0')}.${ticks}`;
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const userSession = (index: number): Session => ({
  ...session,
  ...officeAccount(`user${String(index).padStart(2, '0')}`, 1200 + index),
  logonId: `0x${(0xb00000 + index).toString(16)}`,
  port: 52_400 + index,
});

const logon = (minute: number) => APP.networkLogon(at(minute), session, { isAdmin: true });
const copyTool = (minute: number): HostEvent[] => [
  APP.objectChecked(at(minute, 2), session, 'ADMIN$', 'Temp\\kq7wz.exe', CREATE_WRITE),
  APP.objectChecked(at(minute, 3), session, 'ADMIN$', 'Temp\\kq7wz.exe', WRITE),
];
const runTool = (minute: number) =>
  APP.processStarted(at(minute), 'C:\\Windows\\Temp\\kq7wz.exe', 'C:\\Windows\\Temp\\kq7wz.exe -s');
const wmiChild = (commandLine: string) =>
  APP.processStarted(at(1), 'C:\\Windows\\System32\\cmd.exe', commandLine, {
    parent: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
    effective: session,
  });
const userProcess = (image: string, commandLine: string) =>
  APP.processStarted(at(1), image, commandLine, { parent: 'C:\\Windows\\explorer.exe', creator: console });
const installed = (by: Session, imagePath: string): HostEvent[] => [
  APP.serviceInstalled(at(1, 5), by, 'kq7wz', imagePath),
  APP.serviceInstalledSystem(at(1, 5, '0013000'), by, 'kq7wz', imagePath),
];
const failures = (count: number) =>
  times(count, (i) => FS.failedLogon(at(1 + Math.floor(i / 10), (i % 10) * 5), session));
const ONLY_ADMINS = 'O:BAG:DUD:(A;;FA;;;BA)';
const machine = (ip: string, workstation: string | undefined): Session => ({
  ...officeAccount('DC01$', 1000),
  logonId: '0xc0ffe1',
  ip,
  port: 53_001,
  workstation,
});
const channelEvent = (eventId: number): HostEvent[] =>
  smbChannelEvents('user_data').flatMap(({ record }) => (record.eventId === eventId ? [record] : []));

const EXAMPLES: Readonly<Record<string, readonly HostEvent[]>> = {
  'cm0062-windows.fires': [logon(1), APP.shareOpened(at(1, 1), session, 'ADMIN$'), ...copyTool(1), runTool(2)],
  // Logged on and executed, yet a single open: not "repeatedly".
  'cm0062-windows.near-miss': [logon(1), ...copyTool(1).slice(0, 1), runTool(2)],

  'copy-exec.fires': [logon(1), ...copyTool(1), runTool(20)],
  // It ran first, and was replaced afterwards.
  'copy-exec.near-miss': [logon(1), runTool(1), ...copyTool(20)],

  'win-admin-share-exec.fires': [
    APP.processStarted(at(1), '\\\\127.0.0.1\\ADMIN$\\Temp\\kq7wz.exe', '\\\\127.0.0.1\\ADMIN$\\Temp\\kq7wz.exe'),
  ],
  'win-admin-share-exec.near-miss': [
    APP.processStarted(at(1), '\\\\fs01\\apps\\kq7wz.exe', '\\\\fs01\\apps\\kq7wz.exe'),
  ],

  'admin-share-write.windows-fires': [logon(1), APP.shareOpened(at(1, 1), session, 'ADMIN$'), ...copyTool(1)],
  'admin-share-write.windows-near-miss': [
    logon(1),
    APP.shareOpened(at(1, 1), session, 'ADMIN$'),
    APP.objectChecked(at(1, 2), session, 'ADMIN$', 'Temp\\kq7wz.exe', READ),
  ],

  'win-service-dropped.fires': [logon(1), ...installed(session, '%SystemRoot%\\Temp\\kq7wz.exe')],
  'win-service-dropped.near-miss': [logon(1), ...installed(session, '"C:\\Program Files\\Agent\\agent.exe" --service')],

  'win-unsigned-session.fires': channelEvent(4000),
  'win-unsigned-session.near-miss': channelEvent(1006),

  'win-coercion-pipe.fires': [FS.objectChecked(at(1), session, 'IPC$', 'spoolss', 0x3)],
  'win-coercion-pipe.near-miss': [FS.objectChecked(at(1), session, 'IPC$', 'spoolss', 0x12019f)],

  'win-svcctl-pipe.fires': [FS.objectChecked(at(1), session, 'IPC$', 'svcctl', 0x3)],
  'win-svcctl-pipe.near-miss': [FS.objectChecked(at(1), session, 'IPC$', 'svcctl', 0x12019f)],

  'win-service-one-liner.fires': installed(
    session,
    '%COMSPEC% /b /c start /b /min powershell.exe -nop -w hidden -enc SQBFAFgA',
  ),
  'win-service-one-liner.near-miss': installed(session, '"C:\\Program Files\\Agent\\agent.exe" --service --quiet'),

  'win-remote-task.fires': [
    logon(1),
    APP.taskCreated(at(1, 5), session, 'kq7wz', 'C:\\Windows\\Temp\\kq7wz.exe', true),
  ],
  'win-remote-task.near-miss': [
    logon(1),
    APP.taskCreated(at(1, 5), console, 'kq7wz', 'C:\\Windows\\Temp\\kq7wz.exe', false),
  ],

  'win-admin-share-exec.wmi-fires': [
    logon(1),
    wmiChild('cmd.exe /Q /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1772446021.4471 2>&1'),
    APP.objectChecked(at(1, 3), session, 'ADMIN$', '__1772446021.4471', READ),
  ],
  'win-admin-share-exec.wmi-near-miss': [
    logon(1),
    wmiChild('cmd.exe /Q /c whoami 1> C:\\Windows\\Temp\\inventory.txt 2>&1'),
  ],

  'win-unc-exec.fires': [userProcess('\\\\10.20.5.20\\data\\setup.exe', '\\\\10.20.5.20\\data\\setup.exe /quiet')],
  'win-unc-exec.near-miss': [userProcess('D:\\data\\setup.exe', 'D:\\data\\setup.exe \\\\10.20.5.20\\data')],

  'win-unc-lolbin.fires': [
    userProcess('C:\\Windows\\System32\\rundll32.exe', 'rundll32.exe \\\\10.20.5.20\\data\\update.dll,Start'),
  ],
  'win-unc-lolbin.near-miss': [
    userProcess(
      'C:\\Windows\\System32\\rundll32.exe',
      'rundll32.exe C:\\Windows\\System32\\shell32.dll,Control_RunDLL',
    ),
  ],

  'win-guessing.fires': [...failures(22), FS.networkLogon(at(5), session)],
  'win-guessing.near-miss': [...failures(5), FS.networkLogon(at(5), session)],

  'spray.windows-fires': times(12, (i) => FS.failedLogon(at(1, i * 4), userSession(i))),
  'spray.windows-near-miss': times(12, (i) => FS.failedLogon(at(1, i * 4), session)),

  'guess-success.fires': [...failures(22), FS.networkLogon(at(5), session)],
  'guess-success.near-miss': [...failures(5), FS.networkLogon(at(5), session)],

  'wmi-output-share.fires': [
    wmiChild('cmd.exe /Q /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1772446021.4471 2>&1'),
    APP.objectChecked(at(1, 3), session, 'ADMIN$', '__1772446021.4471', READ),
  ],
  'wmi-output-share.near-miss': [
    wmiChild('cmd.exe /Q /c whoami 1> C:\\Windows\\Temp\\inventory.txt 2>&1'),
    APP.objectChecked(at(1, 3), session, 'ADMIN$', '__1772446021.4471', READ),
  ],

  'win-remote-service.fires': [logon(1), APP.serviceInstalled(at(1, 5), session, 'kq7wz', '%SystemRoot%\\kq7wz.exe')],
  'win-remote-service.system': [
    APP.objectChecked(at(1, 4), session, 'IPC$', 'svcctl', 0x3),
    APP.serviceInstalledSystem(at(1, 5), session, 'kq7wz', '%SystemRoot%\\kq7wz.exe'),
  ],
  'win-remote-service.near-miss': [
    logon(1),
    APP.serviceInstalled(at(1, 5), console, 'kq7wz', '%SystemRoot%\\kq7wz.exe'),
  ],

  'remote-service-child.fires': [
    APP.objectChecked(at(1), session, 'IPC$', 'svcctl', 0x3),
    APP.processStarted(at(1, 2), 'C:\\Windows\\kq7wz.exe', 'C:\\Windows\\kq7wz.exe'),
  ],
  'remote-service-child.near-miss': [
    APP.objectChecked(at(1), session, 'IPC$', 'svcctl', 0x3),
    APP.processStarted(at(1, 2), 'C:\\Program Files\\Agent\\agent.exe', '"C:\\Program Files\\Agent\\agent.exe"'),
  ],

  'win-task-session.fires': [
    logon(1),
    APP.taskCreated(at(1, 5), session, 'kq7wz', 'C:\\Windows\\Temp\\kq7wz.exe', true),
  ],
  'win-task-session.near-miss': [
    logon(1),
    APP.taskCreated(at(1, 5), console, 'kq7wz', 'C:\\Windows\\Temp\\kq7wz.exe', false),
  ],

  'coerce-then-auth.fires': [
    DC.objectChecked(at(1), session, 'IPC$', 'spoolss', 0x3),
    FS.networkLogon(at(1, 4), machine('10.20.1.23', 'DC01')),
  ],
  'coerce-then-auth.near-miss': [
    DC.objectChecked(at(1), session, 'IPC$', 'spoolss', 0x3),
    FS.networkLogon(at(1, 4), { ...machine('10.20.1.24', 'WS24'), name: 'WS24$' }),
  ],

  'relay-machine.fires': [FS.networkLogon(at(1), machine('10.20.1.23', 'DC01'))],
  'relay-machine.near-miss': [FS.networkLogon(at(1), machine('10.20.5.10', undefined))],

  'win-share-opened.fires': [
    FS.shareChanged(at(1), console, 'data', 'D:\\data', [ONLY_ADMINS, `${ONLY_ADMINS}(A;;FA;;;WD)`]),
  ],
  'win-share-opened.near-miss': [
    FS.shareChanged(at(1), console, 'data', 'D:\\data', [ONLY_ADMINS, `${ONLY_ADMINS}(A;;0x1200a9;;;WD)`]),
  ],

  'win-share-created.fires': [FS.shareAdded(at(1), console, 'drop', 'C:\\Users\\Public')],
  // The shares Windows itself adds when it starts.
  'win-share-created.near-miss': [
    FS.shareAdded(at(1), { ...console, sid: 'S-1-5-18', name: 'FS01$', logonId: '0x3e7' }, 'ADMIN$', 'C:\\Windows'),
  ],

  'win-admin-share-refused.fires': times(6, (i) =>
    new Host(`APP0${i + 1}`).shareOpened(at(1, i * 3), session, 'C$', { refused: true }),
  ),
  'win-admin-share-refused.near-miss': times(6, (i) =>
    new Host(`APP0${i + 1}`).shareOpened(at(1, i * 3), session, 'C$'),
  ),

  'share-walk.windows-fires': times(22, (i) => FS.shareOpened(at(1, i * 2), session, `team${i}`, DATA)),
  'share-walk.windows-near-miss': times(22, (i) => FS.shareOpened(at(1, i * 2), session, 'data', DATA)),

  'smb1-used.windows-fires': [FS.smb1Access(at(1), '10.20.1.60')],
  'smb1-used.windows-near-miss': channelEvent(3021),

  'win-guest-logon.fires': channelEvent(31_017),
  'win-guest-logon.near-miss': channelEvent(31_001),

  'win-audit-off.fires': [DC.auditChanged(at(1), console, '%%8448, %%8450')],
  'win-audit-off.near-miss': [DC.auditChanged(at(1), console, '%%8449, %%8451')],
};

/** @returns records by the name of their file, without its ending */
export function ruleExampleLogs(): ReadonlyMap<string, readonly EvtxRecord[]> {
  return new Map(Object.entries(EXAMPLES).map(([name, events]) => [name, numbered(events, 70_001)]));
}
