/** Files of SMB1: open, read, write, close, delete, rename (MS-CIFS 2.2.4). */
import { pipeName } from '../../../../event/normalise/share.ts';
import { filetimeMs } from '../../../../base/time/filetime.ts';
import { tellRefusedOpen } from '../events/refused-open-event.ts';
import type { Message } from '../message.ts';
import { isProgram, mayBeCalls } from '../pipe-bytes.ts';
import { Handle, type OpenFacts } from '../state/handle.ts';
import { isPipeTree } from '../state/tree.ts';
import * as smb1 from './smb1-commands.ts';
import type { Smb1Conversation } from './smb1-conversation.ts';
import { type Smb1Part, stringAt } from './smb1-part.ts';
import type { Smb1Ask, Smb1Request } from './smb1-request.ts';

const STATUS_BUFFER_OVERFLOW = 0x80000005;
const STRING_MARK = 4;
/** Access bits of MS-SMB2 2.2.13.1 that stand for the modes of the old opens. */
const READ_DATA = 1;
const WRITE_DATA = 2;
/** Dispositions. */
const OPEN = 1;
const CREATE = 2;
const OVERWRITE_OR_CREATE = 5;
const OPTION_FOLDER = 1;

/** Reads what a command asks for. */
export function fileRequest(conversation: Smb1Conversation, m: Message, part: Smb1Part, request: Smb1Request): void {
  const { command } = part;
  const ask = askOf(conversation, m, part, request);
  request.asks.push(ask ?? { command });
}

function askOf(conversation: Smb1Conversation, m: Message, part: Smb1Part, request: Smb1Request): Smb1Ask | undefined {
  const { command, words } = part;
  const word = (offset: number) => m.u16(words + offset - 33);
  switch (command) {
    case smb1.NT_CREATE_ANDX:
      return { command, open: ntCreate(m, part) };
    case smb1.OPEN_ANDX:
      return { command, open: opening(stringAt(m, part.bytes, endOf(part)).text, word(39) & 7, word(49)) };
    case smb1.OPEN:
      return { command, open: opening(marked(m, part.bytes, part).text, word(33) & 7, 1) };
    case smb1.CREATE:
    case smb1.CREATE_NEW:
      return { command, open: opening(marked(m, part.bytes, part).text, 1, 0x12) };
    case smb1.CREATE_DIRECTORY:
      return { command, open: opening(marked(m, part.bytes, part).text, 1, 0x10), isFolder: true };
    case smb1.DELETE:
    case smb1.DELETE_DIRECTORY:
      return { command, path: marked(m, part.bytes, part).text, change: { kind: 'delete', isOn: true } };
    case smb1.RENAME: {
      const from = marked(m, part.bytes, part);
      const name = withoutSlash(marked(m, from.next, part).text);
      return { command, path: from.text, change: { kind: 'rename', name } };
    }
    case smb1.CLOSE:
      return { command, count: word(33) };
    case smb1.READ_ANDX:
      return { command, handle: conversation.handle(word(37), request), isAtStart: m.u32(words + 6) === 0 };
    case smb1.READ:
      return { command, handle: conversation.handle(word(33), request), isAtStart: m.u32(words + 4) === 0 };
    case smb1.WRITE_ANDX:
      return writing(conversation, m, part, request);
    case smb1.WRITE:
      return { command, handle: conversation.handle(word(33), request) };
    default:
      return undefined;
  }
}

/** Name length, flags, root, access, attributes, share access, disposition, options; the name is aligned when UTF-16. */
function ntCreate(m: Message, part: Smb1Part): OpenFacts {
  const at = part.words - 33;
  return {
    name: withoutSlash(stringAt(m, part.bytes, endOf(part)).text),
    access: m.u32(at + 48),
    disposition: m.u32(at + 68),
    options: m.u32(at + 72),
    contexts: [],
  };
}

/**
 * An old open in the words of new ones.
 *
 * @param mode 0 read, 1 write, 2 both
 * @param how low bits 0 fail, 1 open, 2 empty a file that exists; 0x10 makes one that does not
 */
function opening(name: string, mode: number, how: number): OpenFacts {
  const isMade = (how & 0x10) !== 0;
  const disposition = !isMade ? OPEN : (how & 3) === 0 ? CREATE : OVERWRITE_OR_CREATE;
  const access = mode === 0 ? READ_DATA : mode === 1 ? WRITE_DATA : READ_DATA | WRITE_DATA;
  return { name: withoutSlash(name), access, disposition, options: 0, contexts: [] };
}

function writing(conversation: Smb1Conversation, m: Message, part: Smb1Part, request: Smb1Request): Smb1Ask {
  const { command, words } = part;
  const at = words - 33;
  const handle = conversation.handle(m.u16(at + 37), request);
  const length = m.u16(at + 53) + m.u16(at + 51) * 65_536;
  const data = m.span(m.u16(at + 55), length);
  if (data !== undefined && handle.isPipe !== false && mayBeCalls(handle.isPipe, m.bytes, data.from, data.to)) {
    const isWhole = data.to - data.from === length;
    conversation.files.rpcOf(request.session, handle).written(m.bytes, data.from, data.to, isWhole, request);
  }
  const isStart = m.u32(at + 39) === 0;
  return { command, handle, isProgram: isStart && data !== undefined && isProgram(m.bytes, data.from, data.to) };
}

/** Reads what came of it. */
export function fileAnswer(
  conversation: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  ask: Smb1Ask,
  status: number,
): void {
  const { command } = part;
  if (ask.open !== undefined) return opened(conversation, m, part, request, ask, status);
  if (ask.path !== undefined) return changedByName(conversation, request, ask, status);
  switch (command) {
    case smb1.CLOSE:
      if (status === 0) conversation.close(ask.count ?? 0, request.session);
      return;
    case smb1.READ_ANDX:
    case smb1.READ:
      return readDone(conversation, m, part, request, ask, status);
    case smb1.WRITE_ANDX:
    case smb1.WRITE:
      if (status !== 0 || ask.handle === undefined) return;
      if (ask.isProgram === true) ask.handle.isProgram = true;
      conversation.files.wrote(request.session, ask.handle, writtenCount(m, part), smb1.smb1CommandName(command));
  }
}

function writtenCount(m: Message, part: Smb1Part): number {
  if (part.command === smb1.WRITE) return m.u16(part.words);
  return m.u16(part.words + 4) + m.u16(part.words + 8) * 65_536;
}

function readDone(
  conversation: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  ask: Smb1Ask,
  status: number,
): void {
  const { handle } = ask;
  if (handle === undefined || (status !== 0 && status !== STATUS_BUFFER_OVERFLOW)) return;
  const isOld = part.command === smb1.READ;
  const length = isOld ? m.u16(part.words) : m.u16(part.words + 10) + m.u16(part.words + 14) * 65_536;
  conversation.files.read(handle, length);
  const data = isOld ? undefined : m.span(m.u16(part.words + 12), length);
  if (data === undefined) return;
  if (handle.isPipe === false) {
    if (ask.isAtStart === true && isProgram(m.bytes, data.from, data.to)) handle.isProgram = true;
  } else if (handle.rpc !== undefined || mayBeCalls(handle.isPipe, m.bytes, data.from, data.to)) {
    const isWhole = data.to - data.from === length;
    conversation.files.rpcOf(request.session, handle).read(m.bytes, data.from, data.to, isWhole);
  }
}

function opened(
  conversation: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  ask: Smb1Ask,
  status: number,
): void {
  const { link, files } = conversation;
  const { session, tree } = request;
  const open = ask.open!;
  const name = smb1.smb1CommandName(part.command);
  if (status !== 0) {
    files.refused(status);
    tellRefusedOpen(link, request, session, tree, open, status, 1, name);
    return;
  }
  const handle = new Handle(tree, request, open);
  handle.session = session;
  handle.isPipe = isPipeTree(tree);
  if (handle.isPipe === true) handle.name = pipeName(open.name ?? '');
  const at = part.words - 33;
  let fid = m.u16(at + 33);
  switch (part.command) {
    case smb1.NT_CREATE_ANDX:
      fid = m.u16(at + 38);
      handle.action = m.u32(at + 40);
      if (m.has(at + 44, 52)) {
        handle.times = {
          created: filetimeMs(m.bytes, m.at + at + 44),
          accessed: filetimeMs(m.bytes, m.at + at + 52),
          modified: filetimeMs(m.bytes, m.at + at + 60),
          changed: filetimeMs(m.bytes, m.at + at + 68),
        };
        handle.attributes = m.u32(at + 76);
        handle.sizeBytes = m.u64(at + 88);
        handle.isFolder = m.u8(at + 100) !== 0 || (open.options & OPTION_FOLDER) !== 0;
      }
      break;
    case smb1.OPEN_ANDX:
      fid = m.u16(at + 37);
      handle.sizeBytes = m.u32(at + 45);
      // 1 opened, 2 created, 3 emptied: the numbers of the newer actions.
      handle.action = m.u16(at + 55) & 3;
      break;
    case smb1.CREATE:
    case smb1.CREATE_NEW:
    case smb1.CREATE_DIRECTORY:
      handle.action = 2;
      break;
    default:
      handle.action = 1;
  }
  if (ask.isFolder === true) {
    // Made and not opened: there is no number, and nothing to close.
    handle.isFolder = true;
    files.opened(session, handle, name);
    files.close(session, handle, name);
    return;
  }
  conversation.add(fid, handle);
  files.opened(session, handle, name);
}

/** Right to delete, which is what is asked for. */
const DELETE_ACCESS = 0x10000;

/** Deletes and renames that name their file instead of opening it. */
function changedByName(conversation: Smb1Conversation, request: Smb1Request, ask: Smb1Ask, status: number): void {
  const { link, files } = conversation;
  const { session, tree } = request;
  const command = smb1.smb1CommandName(ask.command);
  const open: OpenFacts = {
    name: withoutSlash(ask.path ?? ''),
    access: DELETE_ACCESS,
    disposition: OPEN,
    options: 0,
    contexts: [],
  };
  if (status !== 0) {
    files.refused(status);
    tellRefusedOpen(link, request, session, tree, open, status, 1, command);
    return;
  }
  const handle = new Handle(tree, request, open);
  handle.isPipe = false;
  handle.action = 1;
  handle.isFolder = ask.command === smb1.DELETE_DIRECTORY;
  if (ask.change?.kind === 'delete') files.deleted(session, handle, request, command);
  else if (ask.change !== undefined) files.change(session, handle, ask.change, request, command);
}

function endOf(part: Smb1Part): number {
  return part.bytes + part.byteCount;
}

/** A string behind its mark. */
function marked(m: Message, offset: number, part: Smb1Part): { text: string; next: number } {
  const start = m.u8(offset) === STRING_MARK ? offset + 1 : offset;
  return stringAt(m, start, endOf(part));
}

function withoutSlash(name: string): string {
  return name.replace(/^[\\/]+/, '');
}
