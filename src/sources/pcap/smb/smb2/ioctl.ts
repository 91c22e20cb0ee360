/** IOCTL (MS-SMB2 2.2.31, 2.2.32): calls over pipes, referrals, server-side copies, validation of the negotiation. */
import { tellAnomaly } from '../events/anomaly-event.ts';
import { tellIoctl } from '../events/ioctl-event.ts';
import {
  controlName,
  COPYCHUNK,
  COPYCHUNK_WRITE,
  DFS_REFERRALS,
  DFS_REFERRALS_EX,
  VALIDATE_NEGOTIATE,
} from '../control-codes.ts';
import type { Message } from '../message.ts';
import { utf16Name } from '../names.ts';
import { dialectName, STATUS_BUFFER_OVERFLOW } from './smb2-commands.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';
import type { ControlCall, Smb2Request } from './smb2-request.ts';

const PIPE_TRANSCEIVE = 0x0011c017;
/** @returns whether a request validates the negotiation, which is signed also where nobody signs */
export function isValidation(request: Smb2Request | undefined): boolean {
  return request?.control?.code === VALIDATE_NEGOTIATE;
}

/** The client's call. */
export function control({ files }: Smb2Conversation, m: Message, request: Smb2Request): void {
  const code = m.u32(68);
  const length = m.u32(92);
  const input = m.span(m.u32(88), length);
  request.control = { code };
  if (input === undefined) return;
  const offset = input.from - m.at;
  switch (code) {
    case PIPE_TRANSCEIVE: {
      const { handle, session } = request;
      if (handle === undefined) return;
      handle.isPipe = true;
      files.asked(handle, length);
      const isWhole = input.to - input.from === length;
      files.rpcOf(session, handle).written(m.bytes, input.from, input.to, isWhole, request);
      break;
    }
    case DFS_REFERRALS:
      request.control = { code, name: utf16Name(m.bytes, { from: input.from + 2, to: input.to }) };
      break;
    case DFS_REFERRALS_EX:
      request.control = { code, name: utf16Name(m.bytes, m.span(offset + 10, m.u16(offset + 8))) };
      break;
    case VALIDATE_NEGOTIATE:
      request.control = validation(m, code, offset);
      break;
  }
}

/** Capabilities, GUID, mode, count, dialects. */
function validation(m: Message, code: number, offset: number): ControlCall {
  const dialects: number[] = [];
  const count = Math.min(m.u16(offset + 22), 64);
  for (let i = 0; i < count && m.has(offset + 24 + i * 2, 2); i++) dialects.push(m.u16(offset + 24 + i * 2));
  return { code, validation: { mode: m.u16(offset + 20), dialects } };
}

/** The server's answer. */
export function controlAnswer(conversation: Smb2Conversation, m: Message, request: Smb2Request, status: number): void {
  const { control: call, session, target, tree } = request;
  if (call === undefined) return;
  const isOk = status === 0 || status === STATUS_BUFFER_OVERFLOW;
  const length = m.u32(100);
  const output = isOk ? m.span(m.u32(96), length) : undefined;
  const { code } = call;
  if (code === PIPE_TRANSCEIVE) {
    if (output === undefined || target === undefined) return;
    conversation.files.read(target, length);
    const isWhole = output.to - output.from === length;
    conversation.files.rpcOf(session, target).read(m.bytes, output.from, output.to, isWhole);
    return;
  }
  const name = controlName(code);
  if (name === undefined) return;
  const offset = output === undefined ? 0 : output.from - m.at;
  let copied: number | undefined;
  if (code === COPYCHUNK || code === COPYCHUNK_WRITE) {
    copied = output === undefined ? 0 : m.u32(offset + 8);
    if (target !== undefined && isOk) conversation.files.copied(target, copied);
  }
  if (code === VALIDATE_NEGOTIATE) checkValidation(conversation, m, request, output === undefined ? undefined : offset);
  tellIoctl(conversation.link, request, session, tree ?? target?.tree, name, status, 2, {
    referral: call.name,
    path: target?.name,
    bytesCopied: copied,
  });
}

/** Both sides repeat what they negotiated; where that is not what was seen in clear, somebody changed it on the way. */
function checkValidation(
  { link, negotiated }: Smb2Conversation,
  m: Message,
  request: Smb2Request,
  output: number | undefined,
): void {
  const sent = request.control?.validation;
  if (sent === undefined || negotiated === undefined) return;
  const offered = negotiated.dialects.map(dialectName).join(' ');
  const repeated = sent.dialects.map(dialectName).join(' ');
  if (offered !== repeated || sent.mode !== negotiated.mode) {
    tampered(link, request, `${offered} mode ${sent.mode}`, `${repeated} mode ${negotiated.mode}`);
  } else if (output !== undefined && m.has(output, 24)) {
    const chosen = m.u16(output + 22);
    const mode = m.u16(output + 20);
    if (chosen === negotiated.chosen && mode === negotiated.serverMode) return;
    tampered(
      link,
      request,
      `${dialectName(chosen)} mode ${mode}`,
      `${dialectName(negotiated.chosen)} mode ${negotiated.serverMode}`,
    );
  }
}

function tampered(link: Smb2Conversation['link'], request: Smb2Request, expected: string, found: string): void {
  tellAnomaly(link, request, {
    name: 'negotiate-tampered',
    detail: 'The negotiation that was seen is not the one that client and server confirm to each other',
    expected,
    found,
    version: 2,
  });
}
