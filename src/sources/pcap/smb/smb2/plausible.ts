import type { Smb2Conversation } from './smb2-conversation.ts';
import { u16, u32 } from '../../../../base/bytes/little-endian.ts';
import { FLAG_RESPONSE, NEGOTIATE, NOTIFICATION, SESSION_SETUP } from './smb2-commands.ts';

/** How far behind the highest id a request may come, and how far before it. */
const IDS_BEHIND = 8192;
const IDS_AHEAD = 65_536;
const NO_ID = 0xffffffff;

/**
 * Whether an SMB2 header found in a search belongs to this connection; what is not at hand is not held against it.
 *
 * @param isFromServer which side sent it; undefined when that is not known
 */
export function isPlausibleSmb2(
  conversation: Smb2Conversation,
  bytes: Uint8Array,
  at: number,
  end: number,
  isFromServer: boolean | undefined,
): boolean {
  if (at + 6 <= end && u16(bytes, at + 4) !== 64) return false;
  if (at + 20 > end) return true;
  const command = u16(bytes, at + 12);
  if (command > NOTIFICATION) return false;
  const isResponse = (u32(bytes, at + 16) & FLAG_RESPONSE) !== 0;
  if (isFromServer !== undefined && isResponse !== isFromServer) return false;
  if (command === NEGOTIATE && conversation.link.dialect !== undefined) return false;
  if (at + 32 > end) return true;
  if (!isPlausibleId(conversation, u32(bytes, at + 24), u32(bytes, at + 28), isResponse)) return false;
  if (at + 48 > end || command === NEGOTIATE || command === SESSION_SETUP) return true;
  return isKnownSession(conversation, u32(bytes, at + 40), u32(bytes, at + 44));
}

function isPlausibleId(conversation: Smb2Conversation, low: number, high: number, isResponse: boolean): boolean {
  if (low === NO_ID && high === NO_ID) return isResponse;
  const id = high * 4_294_967_296 + low;
  const [request, response] = conversation.highest;
  const highest = Math.max(request, response);
  if (highest < 0) return true;
  if (isResponse) return id <= highest + IDS_BEHIND;
  return id > highest - IDS_BEHIND && id < highest + IDS_AHEAD;
}

/** While no session of the connection is known, any will do. */
export function isKnownSession({ sessions }: Smb2Conversation, low: number, high: number): boolean {
  if (sessions.size === 0) return true;
  if (low === 0 && high === 0) return true;
  for (const session of sessions) if (session.idLow === low && session.idHigh === high) return true;
  return false;
}
