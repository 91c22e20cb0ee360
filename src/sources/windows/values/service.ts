/** Services: their state in the binary part of System 7036, and the sessions that make the host run something. */
import { mappedName } from '../mapped-name.ts';
import { present, type WindowsRead } from '../windows-read.ts';
import type { WindowsRecord } from '../windows-record.ts';
import { toLogonId } from './account.ts';

const BINARY = mappedName('Binary');
const SUBJECT_LOGON_ID = mappedName('SubjectLogonId');

/** Sessions of the host itself: SYSTEM, LOCAL SERVICE, NETWORK SERVICE. What they start nobody asked for over SMB. */
const OWN_SESSIONS: ReadonlySet<string> = new Set(['0x3e7', '0x3e5', '0x3e4']);

const OWN_SIDS: ReadonlySet<string> = new Set(['S-1-5-18', 'S-1-5-19', 'S-1-5-20']);

/** States of a service by number. */
const STATES: readonly (string | undefined)[] = [
  undefined,
  'stopped',
  'start pending',
  'stop pending',
  'running',
  'continue pending',
  'pause pending',
  'paused',
];

/** Text of the binary part: UTF-16, little-endian, hexadecimal; `spooler/4`. The words beside it are translated, this is not. */
function binaryText(record: WindowsRecord): string | undefined {
  const hex = present(record.data(BINARY))?.replace(/[\s-]/g, '');
  if (hex === undefined || hex.length % 4 !== 0 || !/^[0-9a-fA-F]{4,2048}$/.test(hex)) return undefined;
  return Buffer.from(hex, 'hex').toString('utf16le').replace(/\0+$/, '') || undefined;
}

function nameAndState(record: WindowsRecord): { name: string; state: string | undefined } | undefined {
  const text = binaryText(record);
  if (text === undefined) return undefined;
  const match = /^(.+)\/(\d)$/.exec(text);
  return match ? { name: match[1]!, state: STATES[Number(match[2])] } : { name: text, state: undefined };
}

/** Reads of services, by the word the mapping files use. */
export const SERVICE_READS: Readonly<Record<string, WindowsRead>> = {
  binaryServiceName: (record) => nameAndState(record)?.name,
  binaryServiceState: (record) => nameAndState(record)?.state,
  /** A service or task made by the session of a user, not by the host's own. */
  executionBySession: (record) => {
    const session = toLogonId(present(record.data(SUBJECT_LOGON_ID)) ?? '');
    return session === undefined || OWN_SESSIONS.has(session) ? undefined : 'execution';
  },
  executionBySid: (record) => {
    const { userSid } = record;
    return userSid === undefined || OWN_SIDS.has(userSid.toUpperCase()) ? undefined : 'execution';
  },
};
