/** NEGOTIATE and SESSION_SETUP_ANDX of SMB1 (MS-CIFS 2.2.4.52, 2.2.4.53; MS-SMB 2.2.4.5, 2.2.4.6). */
import { parseAuthToken } from '../auth/auth-token.ts';
import { tellNegotiation } from '../events/negotiate-event.ts';
import { endLogon, watchRelay } from '../logon-end.ts';
import type { Message } from '../message.ts';
import { endedOem, guidText } from '../names.ts';
import { Credentials } from '../state/credentials.ts';
import type { Origin } from '../state/origin.ts';
import * as smb1 from './smb1-commands.ts';
import type { Smb1Conversation } from './smb1-conversation.ts';
import { type Smb1Part, stringAt } from './smb1-part.ts';
import type { Smb1Request } from './smb1-request.ts';

/** Security mode of the server. */
const SIGNING_OFFERED = 4;
const SIGNING_REQUIRED = 8;
const EXTENDED_SECURITY = 0x80000000;
const NO_DIALECT = 0xffff;
const STATUS_MORE_PROCESSING = 0xc0000016;
const ACTION_GUEST = 1;
/** A dialect as a byte 2 and a text. */
const DIALECT_MARK = 2;

/** The client's dialects, in its order. */
export function negotiateRequest({ link }: Smb1Conversation, m: Message, part: Smb1Part, request: Smb1Request): void {
  const { facts, state } = link;
  const dialects: string[] = [];
  const end = Math.min(m.at + part.bytes + part.byteCount, m.end);
  let at = m.at + part.bytes;
  while (at < end && m.bytes[at] === DIALECT_MARK && dialects.length < state.limits.dialects) {
    const { text, next } = endedOem(m.bytes, at + 1, end);
    dialects.push(text);
    at = next;
  }
  facts.isSmb1Offered ||= dialects.some((name) => !name.startsWith('SMB 2'));
  facts.dialectsOffered = dialects;
  request.asks.push({ command: smb1.NEGOTIATE, dialects });
}

/** The server's choice, as the place in the client's list. */
export function negotiateAnswer(
  { link }: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  status: number,
): void {
  const { facts, state } = link;
  const offered = request.ask(smb1.NEGOTIATE)?.dialects ?? [];
  const index = part.wordCount === 0 ? NO_DIALECT : m.u16(part.words);
  const dialect = index === NO_DIALECT ? undefined : offered[index];
  let serverGuid: string | undefined;
  if (dialect !== undefined) {
    facts.isSmb1Used = true;
    facts.dialect = dialect;
    facts.dialects.add(dialect);
  }
  if (part.wordCount === 17) {
    const mode = m.u8(35);
    const { server } = facts.protection;
    server.signingOffered = (mode & SIGNING_OFFERED) !== 0;
    server.signingRequired = (mode & SIGNING_REQUIRED) !== 0;
    server.encryptionOffered = false;
    facts.protection.client.encryptionOffered ??= false;
    facts.protection.signingAlgorithm = 'MD5';
    if ((m.u32(52) & EXTENDED_SECURITY) !== 0) {
      serverGuid = m.has(69, 16) ? guidText(m.bytes, m.at + 69) : undefined;
      const blob = m.span(85, part.byteCount - 16);
      if (blob !== undefined) {
        const token = parseAuthToken(m.bytes, blob.from, blob.to, state.limits.derElements);
        for (const name of token.mechanisms) facts.mechanismsOffered.add(name);
      }
    }
  }
  tellNegotiation(link, request, { version: 1, dialect, offered, serverGuid, status, isUnanswered: false });
}

/** The connection ended before the server answered. */
export function unansweredNegotiation({ link }: Smb1Conversation, origin: Origin, offered: readonly string[]): void {
  tellNegotiation(link, origin, { version: 1, dialect: undefined, offered, status: 0, isUnanswered: true });
}

/** A leg of a logon: with a blob (12 words), with two responses (13), or of LAN Manager (10). */
export function logonRequest(conversation: Smb1Conversation, m: Message, part: Smb1Part, request: Smb1Request): void {
  const { link } = conversation;
  const credentials = request.session?.pendingLogon ?? new Credentials(request);
  const end = part.bytes + part.byteCount;
  const word = (offset: number) => m.u16(part.words + offset - 33);
  if (part.wordCount === 12) {
    const length = word(47);
    const blob = m.span(part.bytes, length);
    if (blob !== undefined) {
      credentials.add(parseAuthToken(m.bytes, blob.from, blob.to, link.state.limits.derElements));
    }
    credentials.clientVersion ??= stringAt(m, part.bytes + length, end).text || undefined;
  } else if (part.wordCount === 13) {
    const lmLength = word(47);
    const ntLength = word(49);
    const user = stringAt(m, part.bytes + lmLength + ntLength, end);
    const domain = stringAt(m, user.next, end);
    credentials.addPlain(user.text, domain.text, ntLength, lmLength);
    credentials.clientVersion ??= stringAt(m, domain.next, end).text || undefined;
  } else if (part.wordCount === 10) {
    const length = word(47);
    const user = stringAt(m, part.bytes + length, end);
    const domain = stringAt(m, user.next, end);
    credentials.addPlain(user.text, domain.text, 0, length);
  }
  request.asks.push({ command: smb1.SESSION_SETUP_ANDX, credentials });
}

/** The server's answer; the uid is new in it. */
export function logonAnswer(
  conversation: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  status: number,
): void {
  const { link, sessions } = conversation;
  const credentials = request.ask(smb1.SESSION_SETUP_ANDX)?.credentials ?? new Credentials(request);
  const uid = m.u16(28);
  if (part.wordCount === 4) {
    const blob = m.span(part.bytes, m.u16(part.words + 6));
    if (blob !== undefined) {
      credentials.add(parseAuthToken(m.bytes, blob.from, blob.to, link.state.limits.derElements));
    }
  }
  const isOk = status === 0;
  let session = sessions.get(uid);
  if (session === undefined && (isOk || status === STATUS_MORE_PROCESSING)) {
    session = conversation.addSession(uid);
  }
  if (status === STATUS_MORE_PROCESSING) {
    session!.pendingLogon = credentials;
    watchRelay(link, request, credentials, 1);
    return;
  }
  if (isOk && session !== undefined) {
    credentials.isGuest = (m.u16(part.words + 4) & ACTION_GUEST) !== 0 && !credentials.isAnonymous;
    session.credentials = credentials;
    session.isLoggedOn = true;
    session.pendingLogon = undefined;
    link.facts.protection.encryptionRequired ??= false;
    // The rest of the chain is asked within the new session.
    request.session = session;
  } else if (session !== undefined && !session.isLoggedOn) {
    conversation.endSession(session);
  }
  endLogon(link, request, session, credentials, status, 1);
}
