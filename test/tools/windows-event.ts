import type { Document, FieldValue } from '../../src/event/document.ts';
import { fields } from '../../src/event/field.ts';
import { Networks } from '../../src/event/networks.ts';
import { WindowsEvent } from '../../src/sources/windows/windows-event.ts';
import { windowsRecord, type WindowsRecordParts } from './windows-record.ts';

/** Values of a record of a test, by name. */
export type TestData = Readonly<Record<string, string | readonly string[]>>;

const SUCCESS = '0x8020000000000000';
const FAILURE = '0x8010000000000000';

/** An event over a record in memory. */
export function windowsEvent(parts: WindowsRecordParts): WindowsEvent {
  const event = new WindowsEvent(windowsRecord(parts), new Networks(), 'test.evtx', 'evtx');
  event.point(undefined, undefined);
  return event;
}

/** One field of an event. */
export function valueOf(parts: WindowsRecordParts, name: string): FieldValue {
  return windowsEvent(parts).get(fields.get(name).id);
}

/** The whole event. */
export function documentOf(parts: WindowsRecordParts): Document {
  return windowsEvent(parts).document();
}

const from = (channel: string, provider: string, keywords?: string) => {
  return (eventId: number, data: TestData, more: Partial<WindowsRecordParts> = {}): WindowsRecordParts => {
    return { channel, provider, eventId, keywords, data, ...more };
  };
};

/** Records by provider: `security(5140, { ShareName: '\\\\*\\C$' })`. */
export const security = from('Security', 'Microsoft-Windows-Security-Auditing', SUCCESS);
export const refused = from('Security', 'Microsoft-Windows-Security-Auditing', FAILURE);
export const system = from('System', 'Service Control Manager', '0x8080000000000000');
export const sysmon = from('Microsoft-Windows-Sysmon/Operational', 'Microsoft-Windows-Sysmon', '0x8000000000000000');
export const smbServer = from('Microsoft-Windows-SMBServer/Security', 'Microsoft-Windows-SMBServer');
export const smbClient = from('Microsoft-Windows-SmbClient/Security', 'Microsoft-Windows-SMBClient');
export const ntlm = from('Microsoft-Windows-NTLM/Operational', 'Microsoft-Windows-NTLM');
export const netlogon = from('Microsoft-Windows-NTLM/Operational', 'Microsoft-Windows-Security-Netlogon');
export const scheduler = from('Microsoft-Windows-TaskScheduler/Operational', 'Microsoft-Windows-TaskScheduler');
export const wmi = from('Microsoft-Windows-WMI-Activity/Operational', 'Microsoft-Windows-WMI-Activity');
export const powershell = from('Microsoft-Windows-PowerShell/Operational', 'Microsoft-Windows-PowerShell');
export const firewall = from(
  'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall',
  'Microsoft-Windows-Windows Firewall With Advanced Security',
);
