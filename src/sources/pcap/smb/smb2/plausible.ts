import type { Plausibility } from '../framing/frame-reader.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';
import { u16, u32 } from '../../../../base/bytes/little-endian.ts';
import { ECHO, FLAG_RESPONSE, NEGOTIATE, NOTIFICATION, SESSION_SETUP } from './smb2-commands.ts';

/** How far behind the highest id a request may come, and how far before it. */
const IDS_BEHIND = 8192;
const IDS_AHEAD = 65_536;
const NO_ID = 0xffffffff;

/**
 * How well an SMB2 header found in a search fits this connection; what is not at hand is not held against it.
 *
 * @param isFromServer which side sent it; undefined when that is not known
 */
export function plausibilityOfSmb2(
  conversation: Smb2Conversation,
  bytes: Uint8Array,
  at: number,
  end: number,
  isFromServer: boolean | undefined,
): Plausibility {
  if (at + 6 <= end && u16(bytes, at + 4) !== 64) return 'no';
  if (at + 20 > end) return 'weak';
  const command = u16(bytes, at + 12);
  if (command > NOTIFICATION) return 'no';
  const isResponse = (u32(bytes, at + 16) & FLAG_RESPONSE) !== 0;
  if (isFromServer !== undefined && isResponse !== isFromServer) return 'no';
  if (command === NEGOTIATE && conversation.link.dialect !== undefined) return 'no';
  if (at + 32 > end) return 'weak';
  if (!isPlausibleId(conversation, u32(bytes, at + 24), u32(bytes, at + 28), isResponse)) return 'no';
  if (at + 48 > end) return 'weak';
  if (isKnownSession(conversation, u32(bytes, at + 40), u32(bytes, at + 44))) return 'yes';
  // A new logon brings a new session, an echo needs none; whoever copies a capture over SMB sends those in it, too.
  if (command === SESSION_SETUP || command === ECHO) return 'weak';
  return command === NEGOTIATE ? 'yes' : 'no';
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
  for (const session of sessions) if (session.idLow === low && session.idHigh === high) return true;
  return false;
}
