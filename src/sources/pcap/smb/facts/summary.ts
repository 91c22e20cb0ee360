/** The facts of a connection as fields of its event; docs/facts.md describes them. What is not known is absent. */
import type { Document } from '../../../../event/document.ts';
import { EventFields } from '../events/event-fields.ts';
import { smb1CommandName } from '../smb1/smb1-commands.ts';
import { smb2CommandName } from '../smb2/smb2-commands.ts';
import type { ConnectionFacts } from './connection-facts.ts';

/**
 * @param clientSide which side is client, for the counts by direction
 * @param isPortUnusual SMB was found on a port that is not its own
 */
export function summaryOf(facts: ConnectionFacts, clientSide: 0 | 1, isPortUnusual: boolean): Document {
  const fields = new EventFields();
  fields.put('network.protocol', 'smb');
  fields.put('smb.dialect', facts.dialect);
  fields.put('smb.version', facts.isSmb2Used ? 'SMB2' : facts.isSmb1Used ? 'SMB1' : undefined);
  fields.put('smb.dialects.offered', facts.dialectsOffered);
  fields.put('smb.dialects.chosen', facts.dialects.list());
  fields.put('smb.smb1.offered', facts.isSmb1Offered);
  fields.put('smb.smb1.used', facts.isSmb1Used);
  fields.put('smb.port_unusual', isPortUnusual || undefined);
  putProtection(fields, facts, clientSide);
  putCredentials(fields, facts);
  putWork(fields, facts);
  putMessages(fields, facts);
  putQuality(fields, facts);
  return fields.document;
}

function putProtection(fields: EventFields, { protection }: ConnectionFacts, clientSide: 0 | 1): void {
  const { client, server, signingSeen, encryptionSeen } = protection;
  fields.put('smb.signing.offered.client', client.signingOffered);
  fields.put('smb.signing.required.client', client.signingRequired);
  fields.put('smb.signing.offered.server', server.signingOffered);
  fields.put('smb.signing.required.server', server.signingRequired);
  fields.put('smb.signing.algorithm', protection.signingAlgorithm);
  fields.put('smb.signing.seen', signingSeen);
  fields.put('smb.signing.used', signingSeen === undefined ? undefined : signingSeen !== 'none');
  fields.put('smb.encryption.offered.client', client.encryptionOffered);
  fields.put('smb.encryption.offered.server', server.encryptionOffered);
  fields.put('smb.encryption.required.server', protection.encryptionRequired);
  fields.put('smb.encryption.client_chosen', protection.isEncryptionClientChosen);
  fields.put('smb.encryption.cipher', protection.cipher);
  fields.put('smb.encryption.seen', encryptionSeen);
  fields.put('smb.encryption.used', encryptionSeen === undefined ? undefined : encryptionSeen !== 'none');
  if (encryptionSeen !== undefined && encryptionSeen !== 'none') {
    fields.put('smb.encryption.bytes.client', protection.encryptedBytes[clientSide]);
    fields.put('smb.encryption.bytes.server', protection.encryptedBytes[clientSide === 0 ? 1 : 0]);
  }
  fields.put('smb.compression.offered.client', client.compressionOffered);
  fields.put('smb.compression.offered.server', server.compressionOffered);
  fields.put('smb.compression.chosen', protection.compression);
  fields.put('smb.compression.used', protection.compressedFrames > 0 || undefined);
}

function putCredentials(fields: EventFields, facts: ConnectionFacts): void {
  fields.put('smb.flow.credentials_sent', facts.isCredentialSeen || undefined);
  fields.put('smb.auth.mechanisms_offered', facts.mechanismsOffered.list());
  fields.put('smb.auth.mechanism', facts.mechanisms.list());
  fields.put('smb.auth.ntlm_version', facts.ntlmVersions.list());
  fields.put('smb.auth.spn', facts.spns.list());
  fields.put('smb.auth.fallback', facts.isFallback);
  fields.put('smb.auth.guest', facts.isGuest);
  fields.put('smb.auth.anonymous', facts.isAnonymous);
  fields.put('smb.facts.logons.ok', facts.logons || undefined);
  fields.put('smb.facts.logons.failed', facts.failedLogons || undefined);
  fields.put('smb.facts.logons.statuses', facts.statuses.list());
  fields.put('smb.facts.users', facts.users.list());
  fields.put('smb.facts.client_names', facts.clientNames.list());
  fields.put('smb.facts.server_names', facts.serverNames.list());
}

/** What was not counted is absent, not zero: inside encrypted messages nothing can be counted. */
function putWork(fields: EventFields, facts: ConnectionFacts): void {
  fields.put('smb.facts.shares', facts.shares.list());
  fields.put('smb.facts.shares_refused', facts.refusedShares.list());
  fields.put('smb.facts.shares_encrypted', facts.encryptedShares.list());
  fields.put('smb.facts.pipes', facts.pipes.list());
  fields.put('smb.facts.interfaces', facts.interfaces.list());
  fields.put('smb.facts.rpc_calls', facts.rpcCalls || undefined);
  fields.put('smb.facts.files.opened', facts.filesOpened || undefined);
  fields.put('smb.facts.files.created', facts.filesCreated || undefined);
  fields.put('smb.facts.files.written', facts.filesWritten || undefined);
  fields.put('smb.facts.files.renamed', facts.filesRenamed || undefined);
  fields.put('smb.facts.files.deleted', facts.filesDeleted || undefined);
  fields.put('smb.facts.files.refused', facts.filesRefused || undefined);
  fields.put('smb.facts.bytes.read', facts.bytesRead || undefined);
  fields.put('smb.facts.bytes.written', facts.bytesWritten || undefined);
  fields.put('smb.facts.bytes.copied', facts.bytesCopied || undefined);
  if (facts.bytesRead + facts.bytesWritten > 0) fields.put('smb.flow.moved', true);
}

function putMessages(fields: EventFields, { smb1Messages, smb2Messages }: ConnectionFacts): void {
  let total = 0;
  for (const [command, count] of smb1Messages) {
    total += count;
    fields.put(`smb.facts.smb1_commands.${smb1CommandName(command)}`, count);
  }
  for (const [command, count] of smb2Messages.entries()) {
    total += count;
    if (count > 0) fields.put(`smb.facts.commands.${smb2CommandName(command)}`, count);
  }
  fields.put('smb.facts.messages', total);
}

function putQuality(fields: EventFields, facts: ConnectionFacts): void {
  const { quality } = facts;
  fields.put('smb.quality.missing_bytes', quality.missingBytes || undefined);
  fields.put('smb.quality.resyncs', quality.resyncs || undefined);
  fields.put('smb.quality.searched_bytes', quality.searchedBytes || undefined);
  fields.put('smb.quality.doubted_messages', quality.doubted || undefined);
  fields.put('smb.quality.cut_messages', quality.cutMessages || undefined);
  fields.put('smb.quality.direction_conflicts', quality.directionConflicts || undefined);
  fields.put('smb.quality.names_dropped', facts.droppedNames || undefined);
  fields.put('smb.quality.requests_missing', quality.requestsMissing || undefined);
}
