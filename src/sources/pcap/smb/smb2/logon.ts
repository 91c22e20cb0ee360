/** SESSION_SETUP (MS-SMB2 2.2.5, 2.2.6): one logon event for each final status; more processing is the next leg, no failure. */
import { parseAuthToken } from '../auth/auth-token.ts';
import { endLogon, watchRelay } from '../logon-end.ts';
import type { Message } from '../message.ts';
import { Credentials } from '../state/credentials.ts';
import { STATUS_MORE_PROCESSING } from './smb2-commands.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';
import type { Smb2Request } from './smb2-request.ts';

const FLAG_BINDING = 1;
const SIGNING_REQUIRED = 2;
/** Session flags of the answer. */
const IS_GUEST = 1;
const IS_NULL = 2;
const ENCRYPT_DATA = 4;

/** A leg from the client. */
export function logon(conversation: Smb2Conversation, m: Message, request: Smb2Request): void {
  const { link } = conversation;
  const { client } = link.facts.protection;
  if ((m.u8(67) & SIGNING_REQUIRED) !== 0) client.signingRequired = true;
  else if (m.has(67, 1)) client.signingRequired ??= false;
  request.isBinding = (m.u8(66) & FLAG_BINDING) !== 0;
  const blob = m.span(m.u16(76), m.u16(78));
  const credentials = request.session?.pendingLogon ?? new Credentials(request);
  if (blob !== undefined) {
    credentials.add(parseAuthToken(m.bytes, blob.from, blob.to, link.state.limits.derElements));
  }
  request.credentials = credentials;
}

/** The server's answer. */
export function logonAnswer(
  conversation: Smb2Conversation,
  m: Message,
  request: Smb2Request | undefined,
  status: number,
): void {
  const { link } = conversation;
  const origin = request ?? link.origin(m, 1, m.u32(24), m.u32(28));
  const credentials = request?.credentials ?? new Credentials(origin);
  if (status === 0 || status === STATUS_MORE_PROCESSING) {
    const blob = m.span(m.u16(68), m.u16(70));
    if (blob !== undefined) {
      credentials.add(parseAuthToken(m.bytes, blob.from, blob.to, link.state.limits.derElements));
    }
  }
  const session = conversation.session(m.u32(40), m.u32(44), status === 0 || status === STATUS_MORE_PROCESSING);
  if (status === STATUS_MORE_PROCESSING) {
    if (session !== undefined) session.pendingLogon = credentials;
    watchRelay(link, origin, credentials, 2);
    return;
  }
  const flags = status === 0 ? m.u16(66) : 0;
  // A snap length may cut before them.
  const saysFlags = status === 0 && m.has(66, 2);
  if (status !== 0) credentials.isGuest = false;
  if (saysFlags) {
    // Seen anonymous or not, a server's word for a null session holds.
    if ((flags & IS_NULL) !== 0) credentials.isAnonymous = true;
    credentials.isGuest = (flags & IS_GUEST) !== 0 && !credentials.isAnonymous;
  }
  if (session !== undefined) {
    session.pendingLogon = undefined;
    if (status === 0) {
      if (request?.isBinding !== true || session.credentials === undefined) session.credentials = credentials;
      session.isLoggedOn = true;
      session.isEncryptionRequired = (flags & ENCRYPT_DATA) !== 0;
      const { protection } = link.facts;
      if (saysFlags)
        protection.encryptionRequired = protection.encryptionRequired === true || session.isEncryptionRequired;
    }
  }
  endLogon(link, origin, session, credentials, status, 2);
  if (status !== 0 && session !== undefined && !session.isLoggedOn) conversation.endSession(session);
}
