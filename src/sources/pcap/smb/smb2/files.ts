/** CREATE and CLOSE (MS-SMB2 2.2.13 to 2.2.16). */
import { filetimeMs } from '../../../../base/time/filetime.ts';
import { pipeName } from '../../../../event/normalise/share.ts';
import { tellRefusedOpen } from '../events/refused-open-event.ts';
import type { Message } from '../message.ts';
import { utf16Name } from '../names.ts';
import { type FileTimes, Handle } from '../state/handle.ts';
import { isPipeTree } from '../state/tree.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';
import type { Smb2Request } from './smb2-request.ts';

const OPTION_FOLDER = 1;
const ATTRIBUTE_FOLDER = 0x10;
const CLOSE_ATTRIBUTES = 1;

/** The client opens a file, folder or pipe. */
export function create({ link }: Smb2Conversation, m: Message, request: Smb2Request): void {
  const length = m.u16(110);
  request.open = {
    name: length === 0 ? '' : utf16Name(m.bytes, m.span(m.u16(108), length)),
    access: m.u32(88),
    disposition: m.u32(100),
    options: m.u32(104),
    contexts: contextNames(m, m.u32(112), m.u32(116), link.state.limits.createContexts),
  };
  request.file = { handle: undefined };
}

/** The server's answer. */
export function createAnswer(conversation: Smb2Conversation, m: Message, request: Smb2Request, status: number): void {
  const { session, open, tree } = request;
  const { link, files } = conversation;
  if (open === undefined) return;
  if (status !== 0) {
    files.refused(status);
    tellRefusedOpen(link, request, session, tree, open, status, 2, 'create');
    return;
  }
  const handle = new Handle(tree, request, open);
  handle.isPipe = isPipeTree(tree);
  if (handle.isPipe === true) handle.name = pipeName(open.name ?? '');
  handle.action = m.has(68, 4) ? m.u32(68) : -1;
  handle.times = m.has(72, 32) ? timesAt(m, 72) : undefined;
  handle.sizeBytes = m.has(112, 8) ? m.u64(112) : undefined;
  handle.attributes = m.u32(120);
  handle.isFolder = (handle.attributes & ATTRIBUTE_FOLDER) !== 0 || (open.options & OPTION_FOLDER) !== 0;
  if (request.file !== undefined) request.file.handle = handle;
  if (session !== undefined && m.has(128, 16)) {
    files.add(session, handle, m.u32(128), m.u32(132), m.u32(136), m.u32(140));
  }
  files.opened(session, handle, 'create');
}

/** The last close of a handle; it may bring the final size and times. */
export function close(conversation: Smb2Conversation, m: Message, request: Smb2Request, status: number): void {
  const { session, target } = request;
  if (status !== 0 || target === undefined) return;
  if ((m.u16(66) & CLOSE_ATTRIBUTES) !== 0 && m.has(72, 40)) {
    target.times = timesAt(m, 72);
    target.sizeBytes = m.u64(112);
  }
  conversation.files.close(session, target, 'close');
}

/** Creation, access, write, change. */
function timesAt(m: Message, offset: number): FileTimes {
  const at = m.at + offset;
  return {
    created: filetimeMs(m.bytes, at),
    accessed: filetimeMs(m.bytes, at + 8),
    modified: filetimeMs(m.bytes, at + 16),
    changed: filetimeMs(m.bytes, at + 24),
  };
}

/** Names of the contexts of an open: four letters each; a name that is no text is shown as hexadecimal digits. */
function contextNames(m: Message, start: number, length: number, limit: number): readonly string[] {
  const names: string[] = [];
  let at = start;
  const end = start + length;
  for (let i = 0; i < limit && at + 16 <= end && m.has(at, 16); i++) {
    const nameAt = at + m.u16(at + 4);
    const nameLength = Math.min(m.u16(at + 6), 16);
    if (nameLength > 0 && m.has(nameAt, nameLength)) {
      const bytes = Buffer.from(m.bytes.subarray(m.at + nameAt, m.at + nameAt + nameLength));
      names.push(bytes.every((byte) => byte > 0x20 && byte < 0x7f) ? bytes.toString('latin1') : bytes.toString('hex'));
    }
    const next = m.u32(at);
    if (next < 16) break;
    at += next;
  }
  return names;
}
