/**
 * What a client does over SMB, in the few words that rules join on. Sensors name these things each in their own way; a rule
 * about "wrote a program, then started it" must not repeat them all.
 */
import { fieldId } from '../field.ts';
import { type EventView, firstNumber, firstText, hasText } from '../view.ts';
import type { Derivation } from './derivations.ts';

const ACTION = fieldId('event.action');
const CATEGORY = fieldId('event.category');
const TYPE = fieldId('event.type');
const OUTCOME = fieldId('event.outcome');
const DATASET = fieldId('event.dataset');
const TIMESTAMP = fieldId('@timestamp');
const COMMAND = fieldId('smb.command');
const OPERATION = fieldId('smb.rpc.operation');
const FILE_NAME = fieldId('file.name');
const SMB_FILE_NAME = fieldId('smb.file.name');
const PIPE_NAME = fieldId('smb.pipe.name');
const SHARE_NAME = fieldId('smb.share.name');
const WINDOWS_EVENT = fieldId('winlog.event_id');
const EVENT_CODE = fieldId('event.code');
const LOGON_TYPE = fieldId('winlog.logon.type');
const IS_LOCAL = fieldId('smb.client.is_local');
const FILE_SIZE = fieldId('file.size');
const FILE_TIMES = [fieldId('file.created'), fieldId('file.mtime')] as const;

/**
 * A file whose newest time is this close to the moment it was opened was made or changed just now. Kerberos lets clocks
 * differ by five minutes, so no file server of a domain is further off.
 */
const JUST_NOW_MS = 300_000;

/** Calls that make the server run something: services, tasks, jobs and methods of WMI. Names are those of Zeek's dce_rpc log. */
const EXECUTION_OPERATIONS: ReadonlySet<string> = new Set([
  'CreateServiceA',
  'CreateServiceW',
  'CreateServiceWOW64A',
  'CreateServiceWOW64W',
  'CreateWowService',
  'ChangeServiceConfigA',
  'ChangeServiceConfigW',
  'StartServiceA',
  'StartServiceW',
  'NetrJobAdd',
  'SchRpcRegisterTask',
  'SchRpcRun',
  'ExecMethod',
  'ExecMethodAsync',
]);

/**
 * The file in lower case. A Windows log tells of local files too: those reached over SMB have a share. A pipe is no file,
 * though logs put its name there.
 */
const smbFileName: Derivation = (view) => {
  if (view.get(PIPE_NAME) !== undefined) return undefined;
  if (view.get(WINDOWS_EVENT) !== undefined && view.get(SHARE_NAME) === undefined) return undefined;
  return firstText(view, FILE_NAME)?.toLowerCase();
};

/**
 * Whether the event shows a file being created or written. Zeek logs neither access rights nor writes unless asked to: an
 * open that answers with size 0 and fresh times is an upload; the times keep folders out, which have size 0 too.
 */
const written: Derivation = (view) => {
  if (view.get(SMB_FILE_NAME) === undefined) return undefined;
  if (hasText(view, TYPE, 'creation')) return true;
  const action = firstText(view, ACTION);
  if (action === 'SMB::FILE_WRITE') return true;
  if (action !== 'SMB::FILE_OPEN' || firstNumber(view, FILE_SIZE) !== 0) return undefined;
  return isFresh(view) ? true : undefined;
};

/** Without times a size of 0 is all there is to go by, and a missed upload costs more than a false one. */
function isFresh(view: EventView): boolean {
  const opened = firstNumber(view, TIMESTAMP);
  const newest = FILE_TIMES.reduce<number | undefined>((latest, field) => {
    const time = firstNumber(view, field);
    return time === undefined ? latest : Math.max(time, latest ?? time);
  }, undefined);
  return opened === undefined || newest === undefined || Math.abs(opened - newest) <= JUST_NOW_MS;
}

/** One word an event, so that a rule can ask for several different ones. What failed was not done. */
const activity: Derivation = (view) => {
  const attempted = attemptedActivity(view);
  // Asked last: most events are no activity, and the outcome of a flow takes several columns to tell.
  return attempted !== undefined && firstText(view, OUTCOME) === 'failure' ? undefined : attempted;
};

function attemptedActivity(view: EventView): string | undefined {
  const operation = firstText(view, OPERATION);
  if (operation !== undefined) return EXECUTION_OPERATIONS.has(operation) ? 'execution' : undefined;
  if (hasText(view, CATEGORY, 'authentication')) return isLogon(view) ? 'logon' : undefined;
  const isFile = view.get(SMB_FILE_NAME) !== undefined && hasText(view, CATEGORY, 'file');
  return isFile || isShareConnect(view) ? 'open' : undefined;
}

/** A ticket inside an SMB session setup says nothing of success, and a refused one is seldom logged at all. */
function isLogon(view: EventView): boolean {
  if (view.get(WINDOWS_EVENT) !== undefined && !isNetworkLogon(view)) return false;
  // A sensor tells of the end of a session in the same words.
  if (hasText(view, TYPE, 'end')) return false;
  return firstText(view, OUTCOME) === 'success' || firstText(view, DATASET) === 'zeek.kerberos';
}

/** Windows logs logons of every kind, and their ends; only one over the network from elsewhere can be SMB. */
function isNetworkLogon(view: EventView): boolean {
  if (firstText(view, EVENT_CODE) !== '4624' || view.get(IS_LOCAL) === true) return false;
  return firstText(view, LOGON_TYPE) === 'Network';
}

function isShareConnect(view: EventView): boolean {
  const command = firstText(view, COMMAND);
  if (command === 'tree_connect' || command === 'tree_connect_andx') return true;
  return firstText(view, DATASET) === 'zeek.smb_mapping';
}

/** Derived fields of what a client does, by name. */
export const ACTIVITY_DERIVATIONS: Readonly<Record<string, Derivation>> = {
  'smb.file.name': smbFileName,
  'smb.file.written': written,
  'smb.activity': activity,
};
