/** Negotiation: what both sides can, what was chosen, and whether somebody changed it on the way. */
import { parseAuthToken } from '../auth/auth-token.ts';
import { tellAnomaly } from '../events/anomaly-event.ts';
import { tellNegotiation } from '../events/negotiate-event.ts';
import type { Message } from '../message.ts';
import type { Origin } from '../state/origin.ts';
import {
  dialectNames,
  type NegotiateRequest,
  type NegotiateContexts,
  type NegotiateResponse,
  parseNegotiateRequest,
  parseNegotiateResponse,
} from './negotiate-message.ts';
import { DIALECT_3_0, DIALECT_3_1_1, DIALECT_ASK_AGAIN, dialectName } from './smb2-commands.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';
import type { Smb2Request } from './smb2-request.ts';

/** Clients of a server whose dialects are remembered. */
const MAX_CLIENTS = 4096;

/** The client's offer. */
export function negotiate(conversation: Smb2Conversation, m: Message, request: Smb2Request): void {
  const { link } = conversation;
  const { state, facts } = link;
  const offer = parseNegotiateRequest(m, state.limits, (name) => state.reach(name));
  if (offer === undefined) return;
  const { client } = facts.protection;
  client.signingOffered = offer.isSigningOffered;
  client.signingRequired = offer.isSigningRequired;
  client.encryptionOffered = offer.isEncryptionOffered;
  client.compressionOffered = offersCompression(offer.contexts);
  facts.dialectsOffered = dialectNames(offer.dialects);
  facts.serverNames.add(link.nameOfServer(offer.contexts.serverName));
  request.negotiate = offer;
}

/** The server's choice. */
export function negotiateAnswer(
  conversation: Smb2Conversation,
  m: Message,
  request: Smb2Request | undefined,
  status: number,
): void {
  const { link, smb1Offer } = conversation;
  const { state, facts } = link;
  const origin = request ?? smb1Offer?.origin ?? link.origin(m, 0, 0, 0);
  const offer = request?.negotiate;
  const offered = offer !== undefined ? dialectNames(offer.dialects) : (smb1Offer?.dialects ?? []);
  if (request === undefined) conversation.smb1Offer = undefined;
  const answer = status === 0 ? parseNegotiateResponse(m, state.limits, (name) => state.reach(name)) : undefined;
  if (answer !== undefined) {
    learn(conversation, m, offer, answer);
    if (answer.dialect !== DIALECT_ASK_AGAIN) watchDialect(conversation, request, offer, answer.dialect);
  }
  tellNegotiation(link, origin, {
    version: 2,
    dialect: answer === undefined ? undefined : dialectName(answer.dialect),
    offered,
    clientGuid: offer?.guid,
    serverGuid: answer?.guid,
    serverName: offer?.contexts.serverName,
    ciphersOffered: offer?.contexts.ciphers,
    isPosix: offer?.contexts.isPosix,
    status,
    isUnanswered: false,
  });
  facts.dialectsOffered ??= offered;
}

/** The connection ended before the server answered. */
export function unansweredNegotiation({ link }: Smb2Conversation, origin: Origin, offer: NegotiateRequest): void {
  tellNegotiation(link, origin, {
    version: 2,
    dialect: undefined,
    offered: dialectNames(offer.dialects),
    clientGuid: offer.guid,
    serverName: offer.contexts.serverName,
    ciphersOffered: offer.contexts.ciphers,
    isPosix: offer.contexts.isPosix,
    status: 0,
    isUnanswered: true,
  });
}

function learn(
  conversation: Smb2Conversation,
  m: Message,
  offer: NegotiateRequest | undefined,
  answer: NegotiateResponse,
): void {
  const { link } = conversation;
  const { facts, state } = link;
  const { protection } = facts;
  const { dialect } = answer;
  protection.server.signingOffered = answer.isSigningOffered;
  protection.server.signingRequired = answer.isSigningRequired;
  const blob = m.span(answer.blobOffset, answer.blobLength);
  if (blob !== undefined) {
    const token = parseAuthToken(m.bytes, blob.from, blob.to, state.limits.derElements);
    for (const name of token.mechanisms) facts.mechanismsOffered.add(name);
  }
  if (dialect === DIALECT_ASK_AGAIN) return;
  link.dialect = dialect;
  facts.dialect = dialectName(dialect);
  facts.dialects.add(facts.dialect);
  protection.signingAlgorithm = answer.contexts.signing?.[0] ?? (dialect >= DIALECT_3_0 ? 'AES-CMAC' : 'HMAC-SHA256');
  protection.server.encryptionOffered = offersEncryption(answer);
  if (protection.client.encryptionOffered === true && protection.server.encryptionOffered === true) {
    protection.cipher = dialect === DIALECT_3_1_1 ? answer.contexts.ciphers?.[0] : 'AES-128-CCM';
  }
  protection.server.compressionOffered = offersCompression(answer.contexts);
  const chosen = answer.contexts.compression?.filter((name) => name !== 'none');
  if (chosen !== undefined && chosen.length > 0) protection.compression = chosen;
  if (offer !== undefined) {
    const { dialects, mode } = offer;
    conversation.negotiated = { dialects, mode, chosen: dialect, serverMode: answer.mode };
  }
}

/** Undefined when it may have been cut off. */
function offersCompression({ compression, isCut }: NegotiateContexts): boolean | undefined {
  return compression !== undefined || (isCut === true ? undefined : false);
}

/** In 3.1.1 the context alone counts; a cipher of 0 says that there is none in common. Undefined when it was cut off. */
function offersEncryption({ dialect, contexts, hasEncryptionCapability }: NegotiateResponse): boolean | undefined {
  if (dialect === DIALECT_3_1_1) {
    if (contexts.ciphers === undefined && contexts.isCut === true) return undefined;
    return contexts.ciphers !== undefined && contexts.ciphers[0] !== '0x0';
  }
  return dialect >= DIALECT_3_0 && hasEncryptionCapability;
}

/** A server that once agreed on a higher dialect with the same client, which still offers it, was not asked the same. */
function watchDialect(
  { link }: Smb2Conversation,
  request: Smb2Request | undefined,
  offer: NegotiateRequest | undefined,
  dialect: number,
): void {
  if (request === undefined || offer === undefined) return;
  const { dialects } = link.server;
  const before = dialects.get(link.clientIp);
  if (before !== undefined && before >= DIALECT_3_0 && dialect < before && offer.dialects.includes(before)) {
    tellAnomaly(link, request, {
      name: 'dialect-lowered',
      detail: 'The server chose a lower dialect than it chose for the same client before',
      expected: dialectName(before),
      found: dialectName(dialect),
      version: 2,
    });
  }
  if (before === undefined && dialects.size >= MAX_CLIENTS) {
    for (const oldest of dialects.keys()) {
      dialects.delete(oldest);
      break;
    }
  }
  dialects.set(link.clientIp, Math.max(before ?? 0, dialect));
}
