/** SET_INFO (MS-SMB2 2.2.39; levels of MS-FSCC 2.4): renames, deletions, times, sizes, access lists. */
import type { Message } from '../message.ts';
import { readChange } from '../file-change.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';
import type { Smb2Request } from './smb2-request.ts';

const CLASS_FILE = 1;
const CLASS_SECURITY = 3;

/** The client changes something. */
export function setInfo(m: Message, request: Smb2Request): void {
  const infoClass = m.u8(66);
  const offset = m.u16(72);
  if (infoClass === CLASS_SECURITY) request.change = { kind: 'security' };
  if (infoClass === CLASS_FILE) request.change = readChange(m, m.u8(67), offset, m.u32(68));
}

/** It was granted. */
export function setInfoAnswer({ files }: Smb2Conversation, request: Smb2Request, status: number): void {
  const { change, target, session } = request;
  if (status !== 0 || change === undefined || target === undefined) return;
  files.change(session, target, change, request, 'set_info');
}
