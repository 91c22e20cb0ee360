/**
 * Transactions of SMB1 (MS-CIFS 2.2.4.33, 2.2.4.46, 2.2.4.62): calls over pipes, changes of files, referrals. They may come in
 * pieces; calls are a stream and take them one by one, of the others all pieces together say what it is about.
 */
import { filetimeMs } from '../../../../base/time/filetime.ts';
import { pipeName } from '../../../../event/normalise/share.ts';
import { tellIoctl } from '../events/ioctl-event.ts';
import { tellRefusedOpen } from '../events/refused-open-event.ts';
import { tellLanman } from '../events/rpc-event.ts';
import { type FileChange, readChange } from '../file-change.ts';
import { COPYCHUNK, COPYCHUNK_WRITE, controlName } from '../control-codes.ts';
import type { Message } from '../message.ts';
import { utf16Name } from '../names.ts';
import { Handle, type OpenFacts } from '../state/handle.ts';
import type { Origin } from '../state/origin.ts';
import { isPipeTree } from '../state/tree.ts';
import * as smb1 from './smb1-commands.ts';
import type { Smb1Conversation } from './smb1-conversation.ts';
import { isUnicode, type Smb1Part, stringAt } from './smb1-part.ts';
import type { Smb1Request, Transaction, TransactionSubject } from './smb1-request.ts';
import { type Layout, layoutOf, secondaryLayout } from './transaction-layout.ts';

/** Functions of a pipe. */
const PIPE_TRANSACT = 0x26;
const PIPE_PEEK = 0x23;
const PIPE_WRITE_RAW = 0x31;
const PIPE_WRITE = 0x37;
const PIPE_READ_RAW = 0x11;
const PIPE_READ = 0x36;
/** Sub-commands of TRANSACTION2. */
const SET_FS_INFO = 0x04;
const SET_PATH_INFO = 0x06;
const SET_FILE_INFO = 0x08;
const CREATE_DIRECTORY = 0x0d;
const GET_DFS_REFERRAL = 0x10;
/** Functions of NT_TRANSACT. */
const NT_CREATE = 1;
const NT_IOCTL = 2;
const NT_SET_SECURITY = 3;
const STATUS_BUFFER_OVERFLOW = 0x80000005;
/** Levels that pass through to those of MS-FSCC. */
const PASS_THROUGH = 1000;
const OPTION_FOLDER = 1;

/** The primary of a transaction. */
export function transactionRequest(
  conversation: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
): void {
  const layout = layoutOf(m, part);
  const { command } = part;
  const isPipe = command === smb1.TRANSACTION;
  const name = isPipe ? stringAt(m, part.bytes, part.bytes + part.byteCount).text : '';
  const subcommand =
    command === smb1.NT_TRANSACT ? m.u16(part.words + 36) : layout.setupCount > 0 ? m.u16(layout.setup) : -1;
  const transaction: Transaction = {
    command,
    subcommand,
    dataTotal: layout.dataTotal,
    parametersTotal: layout.parametersTotal,
    dataCount: layout.dataCount,
    parametersCount: layout.parametersCount,
    name,
    ...subjectOf(conversation, m, command, subcommand, layout, request),
  };
  request.asks.push({ command, transaction });
  conversation.invariants.transaction(request, transaction);
  if (saysInPieces(command, subcommand)) conversation.pieces.begin(request, transaction, m, layout);
  if (isPipe) pipeWritten(conversation, m, request, transaction, layout.data, layout.dataCount, request);
  if (isPipe && pipeName(name) === 'lanman' && layout.parametersCount >= 2) {
    tellLanman(conversation.link, request, request.session, m.u16(layout.parameters));
  }
}

/** @returns whether parameters and data of a transaction say what it is about, so that further pieces matter */
function saysInPieces(command: number, subcommand: number): boolean {
  if (command === smb1.NT_TRANSACT) return subcommand === NT_CREATE || subcommand === NT_SET_SECURITY;
  const told = [SET_PATH_INFO, SET_FILE_INFO, CREATE_DIRECTORY, GET_DFS_REFERRAL];
  return command === smb1.TRANSACTION2 && told.includes(subcommand);
}

/** What a transaction is about, as far as its parameters and data are there. */
function subjectOf(
  conversation: Smb1Conversation,
  m: Message,
  command: number,
  subcommand: number,
  layout: Layout,
  request: Smb1Request,
): TransactionSubject {
  const isTrans2 = command === smb1.TRANSACTION2;
  const isNt = command === smb1.NT_TRANSACT;
  const fid = fidOf(m, command, subcommand, layout);
  return {
    fid,
    level: isTrans2 ? levelAt(m, subcommand, layout) : 0,
    handle: fid < 0 || subcommand === PIPE_PEEK ? undefined : conversation.handle(fid, request),
    change: changeOf(m, command, subcommand, layout),
    open: isNt && subcommand === NT_CREATE ? ntCreate(m, layout) : undefined,
    path: pathOf(m, command, subcommand, layout),
    referral: isTrans2 && subcommand === GET_DFS_REFERRAL ? text(m, layout, 2) : undefined,
    control: isNt && subcommand === NT_IOCTL ? m.u32(layout.setup) : undefined,
  };
}

function fidOf(m: Message, command: number, subcommand: number, layout: Layout): number {
  if (command === smb1.TRANSACTION) {
    const isOnHandle = [PIPE_TRANSACT, PIPE_PEEK, PIPE_WRITE, PIPE_WRITE_RAW, PIPE_READ, PIPE_READ_RAW].includes(
      subcommand,
    );
    return isOnHandle && layout.setupCount >= 2 ? m.u16(layout.setup + 2) : -1;
  }
  // Code, fid, flags.
  if (command === smb1.NT_TRANSACT && subcommand === NT_IOCTL) {
    return layout.setupCount >= 4 ? m.u16(layout.setup + 4) : -1;
  }
  const isOnFile = command === smb1.TRANSACTION2 ? subcommand === SET_FILE_INFO : subcommand === NT_SET_SECURITY;
  return isOnFile && layout.parametersCount >= 2 && m.has(layout.parameters, 2) ? m.u16(layout.parameters) : -1;
}

function changeOf(m: Message, command: number, subcommand: number, layout: Layout): FileChange | undefined {
  if (command === smb1.NT_TRANSACT) return subcommand === NT_SET_SECURITY ? { kind: 'security' } : undefined;
  if (command !== smb1.TRANSACTION2) return undefined;
  if (subcommand !== SET_FILE_INFO && subcommand !== SET_PATH_INFO) return undefined;
  return readChange(m, levelOf(levelAt(m, subcommand, layout)), layout.data, layout.dataCount);
}

/** The level stands behind the fid, or first. */
function levelAt(m: Message, subcommand: number, { parameters }: Layout): number {
  const offset = parameters + (subcommand === SET_FILE_INFO || subcommand === SET_FS_INFO ? 2 : 0);
  return m.has(offset, 2) ? m.u16(offset) : 0;
}

/** Levels of LAN Manager's time in the numbers of MS-FSCC. */
function levelOf(level: number): number {
  const old: Readonly<Record<number, number>> = { 0x101: 4, 0x102: 13, 0x104: 20 };
  return old[level] ?? (level >= PASS_THROUGH ? level - PASS_THROUGH : 0);
}

function pathOf(m: Message, command: number, subcommand: number, layout: Layout): string | undefined {
  if (command !== smb1.TRANSACTION2) return undefined;
  if (subcommand === SET_PATH_INFO) return text(m, layout, 6);
  return subcommand === CREATE_DIRECTORY ? text(m, layout, 4) : undefined;
}

function text(m: Message, layout: Layout, skipped: number): string {
  const from = layout.parameters + skipped;
  return stringAt(m, from, layout.parameters + layout.parametersCount).text.replace(/^[\\/]+(?=[^\\/])/, '');
}

/** Flags, root, access, size, attributes, share access, disposition, options, lengths, name. */
function ntCreate(m: Message, layout: Layout): OpenFacts {
  const at = layout.parameters;
  const length = Math.min(m.u32(at + 44), Math.max(layout.parametersCount - 53, 0));
  const from = at + 53 + (isUnicode(m) ? (at + 53) % 2 : 0);
  return {
    name: utf16Name(m.bytes, m.span(from, length)).replace(/^[\\/]+/, ''),
    access: m.u32(at + 8),
    disposition: m.u32(at + 28),
    options: m.u32(at + 32),
    contexts: [],
  };
}

/** A further piece. */
export function secondaryRequest(
  conversation: Smb1Conversation,
  m: Message,
  primary: Smb1Request | undefined,
  origin: Origin,
): void {
  const transaction = primary?.asks.find((ask) => ask.transaction !== undefined)?.transaction;
  if (primary === undefined || transaction === undefined) return;
  const layout = secondaryLayout(m);
  transaction.dataCount += layout.dataCount;
  transaction.parametersCount += layout.parametersCount;
  if (transaction.command === smb1.TRANSACTION) {
    pipeWritten(conversation, m, primary, transaction, layout.data, layout.dataCount, origin);
    return;
  }
  const whole = conversation.pieces.add(primary, m, layout);
  if (whole === undefined) return;
  const { command, subcommand } = transaction;
  Object.assign(transaction, subjectOf(conversation, whole.message, command, subcommand, whole.layout, primary));
}

function pipeWritten(
  conversation: Smb1Conversation,
  m: Message,
  request: Smb1Request,
  { handle }: Transaction,
  offset: number,
  count: number,
  origin: Origin,
): void {
  const data = m.span(offset, count);
  if (handle === undefined || data === undefined) return;
  conversation.files.asked(handle, count);
  const isWhole = data.to - data.from === count;
  conversation.files.rpcOf(request.session, handle).written(m.bytes, data.from, data.to, isWhole, origin);
}

/** The answer, or a piece of it. */
export function transactionAnswer(
  conversation: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  transaction: Transaction,
  status: number,
): void {
  const { link, files } = conversation;
  const { session, tree } = request;
  const name = smb1.smb1CommandName(part.command);
  const isOk = status === 0 || status === STATUS_BUFFER_OVERFLOW;
  if (transaction.referral !== undefined && part.wordCount > 0) {
    const about = { referral: transaction.referral };
    tellIoctl(link, request, session, tree, 'dfs_get_referrals', status, 1, about);
  }
  if (transaction.open !== undefined) return ntCreated(conversation, m, part, request, transaction.open, status);
  if (transaction.control !== undefined) return controlAnswered(conversation, m, part, request, transaction, status);
  if (!isOk || part.wordCount === 0) return;
  const { handle, change, path } = transaction;
  if (part.command === smb1.TRANSACTION) {
    const at = part.words - 33;
    const count = m.u16(at + 45);
    const data = m.span(m.u16(at + 47), count);
    if (handle === undefined || data === undefined) return;
    files.read(handle, count);
    files.rpcOf(session, handle).read(m.bytes, data.from, data.to, data.to - data.from === count);
    return;
  }
  if (path !== undefined) {
    changedByPath(conversation, request, path, change, name);
  } else if (handle !== undefined && change !== undefined) {
    files.change(session, handle, change, request, name);
  }
}

/** A control call of a file: those of SMB2 that are told of, under their names there. */
function controlAnswered(
  { link, files }: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  { control = 0, handle }: Transaction,
  status: number,
): void {
  const name = controlName(control);
  if (name === undefined) return;
  const { session, tree } = request;
  let bytesCopied: number | undefined;
  if (control === COPYCHUNK || control === COPYCHUNK_WRITE) {
    // Chunks written, bytes of the last one, bytes of all.
    const data = m.u32(part.words - 33 + 60);
    bytesCopied = status === 0 && m.has(data + 8, 4) ? m.u32(data + 8) : 0;
    if (handle !== undefined && status === 0) files.copied(handle, bytesCopied);
  }
  const about = { path: handle?.name, bytesCopied };
  tellIoctl(link, request, session, tree ?? handle?.tree, name, status, 1, about, 'nt_transact');
}

/** A change, or a new folder, that names its path. */
function changedByPath(
  { files }: Smb1Conversation,
  request: Smb1Request,
  path: string,
  change: FileChange | undefined,
  command: string,
): void {
  const { session, tree } = request;
  const isFolder = change === undefined;
  const handle = new Handle(tree, request, {
    name: path,
    access: 0,
    disposition: isFolder ? 2 : 1,
    options: isFolder ? OPTION_FOLDER : 0,
    contexts: [],
  });
  handle.isPipe = false;
  handle.isFolder = isFolder;
  handle.action = isFolder ? 2 : 1;
  if (change !== undefined) return files.change(session, handle, change, request, command);
  files.opened(session, handle, command);
  files.close(session, handle, command);
}

/** Oplock, fid, action, error, times, attributes, sizes. */
function ntCreated(
  conversation: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  open: OpenFacts,
  status: number,
): void {
  const { link, files } = conversation;
  const { session, tree } = request;
  if (status === 0 && part.wordCount === 0) return;
  if (status !== 0) {
    files.refused(status);
    tellRefusedOpen(link, request, session, tree, open, status, 1, 'nt_transact');
    return;
  }
  const at = m.u32(part.words - 33 + 48);
  const handle = new Handle(tree, request, open);
  handle.session = session;
  handle.isPipe = isPipeTree(tree);
  if (handle.isPipe === true) handle.name = pipeName(open.name ?? '');
  handle.action = m.u32(at + 4);
  if (m.has(at + 12, 52)) {
    const time = (offset: number) => filetimeMs(m.bytes, m.at + at + offset);
    handle.times = { created: time(12), accessed: time(20), modified: time(28), changed: time(36) };
    handle.attributes = m.u32(at + 44);
    handle.sizeBytes = m.u64(at + 56);
    handle.isFolder = (open.options & OPTION_FOLDER) !== 0;
  }
  conversation.add(m.u16(at + 2), handle);
  files.opened(session, handle, 'nt_transact');
}
