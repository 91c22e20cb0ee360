/**
 * Event logs of APP01 and FS01 for the invented day of scripts/make-examples.mjs: what the two servers themselves saw when,
 * at 10:25:03, a tool came over ADMIN$ and ran as a service, and the harmless work around it.
 */
import type { EvtxRecord } from '../evtx-writer/description.ts';
import { Host, type HostEvent, numbered, officeAccount, type Session } from './host-events.ts';

const APP = new Host('APP01');
const FS = new Host('FS01');

const backup = officeAccount('svc_backup', 1142);
const deploy = officeAccount('adm_keller', 1107);

/** A write that creates or replaces a file. */
const CREATE_WRITE = 0x120196;

/** @returns the logs by the name of their file */
export function storyLogs(): ReadonlyMap<string, readonly EvtxRecord[]> {
  return new Map([
    ['security', numbered([...quietWork(), ...administration(), ...intrusion()], 48_211)],
    ['system', numbered([...services(), ...intrusionServices()], 9102)],
    ['smbserver-audit', numbered(oldScanner(), 317)],
  ]);
}

/** People read a share of APP01 all morning. */
function quietWork(): HostEvent[] {
  return Array.from({ length: 12 }, (_, index) => {
    const minute = String(4 + index * 4).padStart(2, '0');
    const session: Session = {
      ...officeAccount(`user${String(30 + index)}`, 1230 + index),
      logonId: `0x${(0x9c1000 + index * 0x37).toString(16)}`,
      ip: `10.20.1.${30 + index}`,
      port: 50_100 + index,
    };
    const at = (rest: string) => `09:${minute}:${rest}`;
    return [
      APP.networkLogon(at('12.1180042'), session),
      APP.shareOpened(at('12.1273310'), session, 'apps', { localPath: '\\??\\D:\\apps' }),
      APP.objectChecked(at('12.1301775'), session, 'apps', 'client\\settings.ini', 0x120089, {
        localPath: '\\??\\D:\\apps',
      }),
      APP.logoff(at('58.9022716'), session),
    ];
  }).flat();
}

/** The management host updates its agent: it looks like the intrusion and is not. */
function administration(): HostEvent[] {
  const session: Session = { ...deploy, logonId: '0x9d04b2', ip: '10.20.9.5', port: 51_877 };
  return [
    APP.networkLogon('09:05:10.0412208', session, { isAdmin: true }),
    APP.specialLogon('09:05:10.0412208', session),
    APP.shareOpened('09:05:10.1033541', session, 'ADMIN$'),
    APP.objectChecked('09:05:10.4020117', session, 'ADMIN$', 'Temp\\agent-update.msi', CREATE_WRITE),
    APP.objectChecked('09:05:10.4188830', session, 'ADMIN$', 'Temp\\agent-update.msi', 0x2),
    APP.logoff('09:05:50.2214495', session),
  ];
}

/** The intruder's tool, as APP01 saw it; times fit what the network sensor saw. */
function intrusion(): HostEvent[] {
  const opens: Session = { ...backup, logonId: '0xa1f3c7', ip: '10.20.1.23', port: 52_340, workstation: 'WS23' };
  const calls: Session = { ...opens, logonId: '0xa1f42e', port: 52_341 };
  return [
    APP.networkLogon('10:25:03.1007714', opens, { isAdmin: true }),
    APP.specialLogon('10:25:03.1007714', opens),
    APP.shareOpened('10:25:03.3021146', opens, 'ADMIN$'),
    APP.objectChecked('10:25:03.6118820', opens, 'ADMIN$', 'Temp\\hqkzrm.exe', CREATE_WRITE),
    APP.objectChecked('10:25:03.6240937', opens, 'ADMIN$', 'Temp\\hqkzrm.exe', 0x2),
    // Service control comes over a connection, and so a logon, of its own.
    APP.networkLogon('10:25:04.0860021', calls, { isAdmin: true }),
    APP.specialLogon('10:25:04.0860021', calls),
    APP.shareOpened('10:25:04.1104453', calls, 'IPC$'),
    APP.objectChecked('10:25:04.1139908', calls, 'IPC$', 'svcctl', 0x12019f),
    APP.serviceInstalled('10:25:04.6031172', calls, 'hqkzrm', '%SystemRoot%\\Temp\\hqkzrm.exe'),
    APP.processStarted('10:25:04.8177405', 'C:\\Windows\\Temp\\hqkzrm.exe', 'C:\\Windows\\Temp\\hqkzrm.exe'),
    APP.processStarted('10:25:06.2204411', 'C:\\Windows\\System32\\cmd.exe', 'cmd.exe /c whoami /all', {
      parent: 'C:\\Windows\\Temp\\hqkzrm.exe',
    }),
    APP.objectChecked('10:25:31.0447092', opens, 'ADMIN$', 'Temp\\hqkzrm.exe', 0x10080),
    APP.logoff('10:25:34.1120678', calls),
    APP.logoff('10:25:34.1163300', opens),
  ];
}

function services(): HostEvent[] {
  return [
    APP.serviceState('08:58:40.0130207', 'Windows Update', 'wuauserv', true),
    APP.serviceState('09:06:02.5518810', 'Windows Installer', 'msiserver', true),
    APP.serviceState('09:16:10.9930264', 'Windows Installer', 'msiserver', false),
    APP.serviceState('09:21:33.2041190', 'Windows Update', 'wuauserv', false),
  ];
}

function intrusionServices(): HostEvent[] {
  return [
    APP.serviceInstalledSystem('10:25:04.6044219', backup, 'hqkzrm', '%SystemRoot%\\Temp\\hqkzrm.exe'),
    APP.serviceState('10:25:04.8190003', 'hqkzrm', 'hqkzrm', true),
    APP.serviceState('10:25:30.7741125', 'hqkzrm', 'hqkzrm', false),
  ];
}

/** A scanner that speaks nothing newer than SMB1 puts its scans on FS01. */
function oldScanner(): HostEvent[] {
  return ['08:44:19.7730412', '10:41:55.2008133', '14:02:07.9161170'].map((time) => FS.smb1Access(time, '10.20.1.60'));
}
