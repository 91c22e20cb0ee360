/**
 * READ and WRITE (MS-SMB2 2.2.19 to 2.2.22): the figures count, whatever was lost of the bytes. Of files only the first two
 * bytes are looked at; what goes through a pipe is read as calls.
 */
import type { Message } from '../message.ts';
import { isProgram, mayBeCalls } from '../pipe-bytes.ts';
import { STATUS_BUFFER_OVERFLOW } from './smb2-commands.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';
import type { Smb2Request } from './smb2-request.ts';

/** The client wants bytes. */
export function readRequest(m: Message, request: Smb2Request): void {
  request.isAtStart = m.has(72, 8) && m.u32(72) === 0 && m.u32(76) === 0;
}

/** The client writes bytes. */
export function writeRequest({ files }: Smb2Conversation, m: Message, request: Smb2Request): void {
  const { session, handle } = request;
  const length = m.u32(68);
  const data = m.span(m.u16(66), length);
  request.isAtStart = m.has(72, 8) && m.u32(72) === 0 && m.u32(76) === 0;
  if (data === undefined || handle === undefined) return;
  if (handle.isPipe === false) {
    request.isProgram = request.isAtStart && isProgram(m.bytes, data.from, data.to);
    return;
  }
  if (!mayBeCalls(handle.isPipe, m.bytes, data.from, data.to)) return;
  files.rpcOf(session, handle).written(m.bytes, data.from, data.to, data.to - data.from === length, request);
}

/** Bytes for the client. */
export function readAnswer({ files }: Smb2Conversation, m: Message, request: Smb2Request, status: number): void {
  const { session, target } = request;
  if ((status !== 0 && status !== STATUS_BUFFER_OVERFLOW) || target === undefined) return;
  const length = m.u32(68);
  const data = m.span(m.u8(66), length);
  files.read(target, length);
  if (data === undefined) return;
  if (target.isPipe === false) {
    if (request.isAtStart && isProgram(m.bytes, data.from, data.to)) target.isProgram = true;
    return;
  }
  if (target.rpc === undefined && !mayBeCalls(target.isPipe, m.bytes, data.from, data.to)) return;
  files.rpcOf(session, target).read(m.bytes, data.from, data.to, data.to - data.from === length);
}

/** The server counted what was written. */
export function writeAnswer({ files }: Smb2Conversation, m: Message, request: Smb2Request, status: number): void {
  const { session, target } = request;
  if (status !== 0 || target === undefined) return;
  if (request.isProgram) target.isProgram = true;
  files.wrote(session, target, m.u32(68), 'write');
}
