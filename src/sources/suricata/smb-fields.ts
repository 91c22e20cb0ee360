/** SMB transactions: command, session, share, file, pipe and the DCE/RPC call inside. */
import type { FieldValue } from '../../event/document.ts';
import { baseName, pipeName } from '../../event/normalise/share.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { ntStatusName, ntStatusOutcome } from '../nt-status.ts';
import { rpcInterfaceName, rpcOperationName } from '../rpc-interfaces.ts';
import { smbCommand, smbDialect, smbFilePath, smbVersion } from '../smb-words.ts';
import { type EveFields, eveConstant, type EveRead, eveRaw, eveText } from './base-fields.ts';
import { EVE } from './columns.ts';
import { type EveSession, ownTree } from './eve-session.ts';

const COMMAND = EVE.get('smb.command');
const DIALECT = EVE.get('smb.dialect');
const STATUS = EVE.get('smb.status');
const STATUS_CODE = EVE.get('smb.status_code');
const FILENAME = EVE.get('smb.filename');
const DIRECTORY = EVE.get('smb.directory');
const DISPOSITION = EVE.get('smb.disposition');
const ACCESS = EVE.get('smb.access');
const SIZE = EVE.get('smb.size');
const SNAMES = EVE.get('smb.kerberos.snames');
const NTLM_USER = EVE.get('smb.ntlmssp.user');
const RENAME_TO = EVE.get('smb.rename.to');
const RENAME_FROM = EVE.get('smb.rename.from');
const NAMED_PIPE = EVE.get('smb.named_pipe');
const RPC_REQUEST = EVE.get('dcerpc.request');
const RPC_RESPONSE = EVE.get('dcerpc.response');
const RPC_OPNUM = EVE.get('dcerpc.opnum');
const RPC_UUID = EVE.get('dcerpc.uuid');
const RPC_SERVICE = EVE.get('dcerpc.service');
const RPC_PROCEDURE = EVE.get('dcerpc.procedure');

function command(record: JsonRecord): string | undefined {
  const text = record.text(COMMAND);
  return text === undefined ? undefined : smbCommand(text);
}

const version: EveRead = (record) => smbVersion(record.text(COMMAND) ?? '');

const dialect: EveRead = (record) => {
  const text = record.text(DIALECT);
  return text === undefined ? undefined : smbDialect(text);
};

/** Status by name; numbers and codes are looked up, DOS errors of old servers stay as they are. */
function status(record: JsonRecord): string | undefined {
  const text = record.text(STATUS);
  if (text !== undefined && !/^\d+$/.test(text)) return text;
  const code = text ?? record.text(STATUS_CODE);
  const number = code === undefined ? Number.NaN : Number(code);
  return Number.isInteger(number) && number >= 0 && number <= 0xffffffff ? ntStatusName(number) : undefined;
}

function outcome(record: JsonRecord): 'success' | 'failure' | 'unknown' {
  if (record.text(RPC_RESPONSE) === 'FAULT') return 'failure';
  const name = status(record);
  return name === undefined ? 'unknown' : ntStatusOutcome(name);
}

function isPipeTree(record: JsonRecord, session: EveSession): boolean {
  return (ownTree(record) ?? session.tree(record))?.type === 'PIPE';
}

/** Name the command is about, without `<share_root>`, which stands for no name. */
function nameOf(record: JsonRecord): string | undefined {
  const text = record.text(RENAME_TO) ?? record.text(FILENAME) ?? record.text(DIRECTORY);
  return text === undefined ? undefined : smbFilePath(text);
}

/** Path below the share; on a pipe tree the name is a pipe and no file. */
function filePath(record: JsonRecord, session: EveSession): string | undefined {
  return isPipeTree(record, session) ? undefined : nameOf(record);
}

const fullPath: EveRead = (record, session) => {
  const path = filePath(record, session);
  const share = ownTree(record) ?? session.tree(record);
  return path === undefined || share === undefined ? undefined : `${share.path.replace(/[\\/]+$/, '')}\\${path}`;
};

const pipe: EveRead = (record, session) => {
  const named = record.text(NAMED_PIPE);
  if (named !== undefined && !/^[\\/]{2}/.test(named)) return pipeName(named);
  if (!isPipeTree(record, session)) return undefined;
  const name = nameOf(record);
  return name === undefined ? undefined : pipeName(name);
};

const isFileCommand = (record: JsonRecord) =>
  record.has(FILENAME) || record.has(DIRECTORY) || record.has(RENAME_TO) || record.has(SIZE);

const category: EveRead = (record, session) => {
  if (command(record)?.includes('session_setup')) return ['network', 'authentication'];
  return isFileCommand(record) && !isPipeTree(record, session) ? ['network', 'file'] : ['network'];
};

const CREATING: ReadonlySet<string> = new Set(['FILE_CREATE', 'FILE_SUPERSEDE', 'FILE_OVERWRITE', 'FILE_OVERWRITE_IF']);

function kindOfAccess(record: JsonRecord): string | undefined {
  if (record.has(RENAME_TO)) return 'change';
  if (record.text(ACCESS) === 'delete on close') return 'deletion';
  const name = command(record) ?? '';
  if (name.startsWith('create') || name.startsWith('nt_create')) {
    return CREATING.has(record.text(DISPOSITION) ?? '') ? 'creation' : 'access';
  }
  if (name.startsWith('write') && !record.has(RPC_REQUEST)) return 'change';
  if (name.startsWith('read') || name.startsWith('tree_connect')) return 'access';
  if (name.includes('session_setup')) return 'start';
  return name === 'session_logoff' || name === 'logoff_andx' ? 'end' : undefined;
}

const types: EveRead = (record) => {
  const kind = kindOfAccess(record);
  return kind === undefined ? ['connection', 'protocol'] : ['connection', 'protocol', kind];
};

/** A read or write of a file that was not refused has moved data. */
const flowOutcome: EveRead = (record, session) => {
  const name = command(record) ?? '';
  const isTransfer = /^(read|write)/.test(name) && !record.has(RPC_REQUEST) && !isPipeTree(record, session);
  return isTransfer && outcome(record) !== 'failure' ? 'moved' : 'established';
};

const credentials: EveRead = (record) => (record.has(NTLM_USER) || record.has(SNAMES) ? true : undefined);

const mechanism: EveRead = (record) => {
  if (record.has(NTLM_USER)) return 'ntlm';
  return record.has(SNAMES) ? 'kerberos' : undefined;
};

/** Seconds since 1970, 0 for "not known". */
function seconds(name: string): EveRead {
  const column = EVE.get(name);
  return (record, session) => {
    const value = session.count(record, column, MAX_SECONDS);
    return value === undefined || value === 0 ? undefined : value * 1000;
  };
}

/** End of the year 9999, behind which no calendar text is made. */
const MAX_SECONDS = 253_402_300_799;

/** Interfaces of a bind, or the one of a request. */
const rpcInterface: EveRead = (record) => {
  const uuids = record.list(RPC_UUID);
  const names = uuids?.map(rpcInterfaceName);
  const named = names?.every((name) => name.startsWith('unknown-')) ? record.list(RPC_SERVICE) : undefined;
  return oneOrMany(named ?? names ?? record.list(RPC_SERVICE));
};

function oneOrMany(values: readonly string[] | undefined): FieldValue {
  return values?.length === 1 ? values[0] : values;
}

function rpcOperation(record: JsonRecord, session: EveSession): string | undefined {
  const opnum = session.count(record, RPC_OPNUM, 65_535);
  if (opnum === undefined) return undefined;
  const name = rpcOperationName(record.text(RPC_UUID), opnum);
  return name.startsWith('opnum-') ? (record.text(RPC_PROCEDURE) ?? name) : name;
}

const joined: EveRead = (record, session) => {
  const names: string[] = [];
  if (!record.has(NTLM_USER)) {
    const user = session.user(record);
    if (user) names.push('user.name');
    if (user?.domain !== undefined) names.push('user.domain');
  }
  if (ownTree(record) === undefined) {
    const tree = session.tree(record);
    if (tree) names.push('smb.share.path');
    if (tree?.type !== undefined) names.push('smb.share.type');
  }
  return names.length === 0 ? undefined : names;
};

const directoryType: EveRead = (record) => (record.has(DIRECTORY) ? 'dir' : undefined);

/** Fields of the DCE/RPC call, inside SMB or over TCP. */
export const RPC_FIELDS: EveFields = {
  'smb.rpc.uuid': (record) => oneOrMany(record.list(RPC_UUID)?.map((uuid) => uuid.toLowerCase())),
  'smb.rpc.interface': rpcInterface,
  'smb.rpc.opnum': (record, session) => session.count(record, RPC_OPNUM, 65_535),
  'smb.rpc.operation': rpcOperation,
};

/** Fields of the `smb` object, whatever record carries it. */
export const SMB_FIELDS: EveFields = {
  ...RPC_FIELDS,
  'smb.command': command,
  'smb.version': version,
  'smb.dialect': dialect,
  'smb.status': status,
  'smb.session.id': eveRaw('smb.session_id'),
  'smb.tree.id': eveRaw('smb.tree_id'),
  'smb.share.path': (record, session) => (ownTree(record) ?? session.tree(record))?.path,
  'smb.share.type': (record, session) => (ownTree(record) ?? session.tree(record))?.type,
  'smb.file.path': filePath,
  'smb.file.previous_name': (record) => smbFilePath(record.text(RENAME_FROM) ?? ''),
  'smb.pipe.name': pipe,
  'smb.joined': joined,
  'smb.auth.mechanism': mechanism,
  'smb.auth.spn': (record) => record.list(SNAMES)?.join('/'),
  'smb.flow.credentials_sent': credentials,
  'user.name': (record, session) => record.text(NTLM_USER) ?? session.user(record)?.name,
  'user.domain': (record, session) =>
    record.has(NTLM_USER) ? record.text(EVE.get('smb.ntlmssp.domain')) : session.user(record)?.domain,
  'source.domain': eveText('smb.ntlmssp.host'),
  'file.path': fullPath,
  'file.name': (record, session) => {
    const path = filePath(record, session);
    return path === undefined ? undefined : baseName(path) || undefined;
  },
  'file.type': directoryType,
  'file.size': (record, session) => session.count(record, SIZE),
  'file.created': seconds('smb.created'),
  'file.accessed': seconds('smb.accessed'),
  'file.mtime': seconds('smb.modified'),
  'file.ctime': seconds('smb.changed'),
};

/** Fields of `event_type: smb`. */
export const SMB_RECORD_FIELDS: EveFields = {
  ...SMB_FIELDS,
  'event.category': category,
  'event.type': types,
  'event.action': (record, session) =>
    rpcOperation(record, session) ?? (record.has(RENAME_TO) ? 'rename' : command(record)),
  'event.outcome': outcome,
  'network.protocol': eveConstant('smb'),
  'smb.flow.outcome': flowOutcome,
};
