/** Fields that every event of a session carries: who, over what, how protected. */
import type { Link } from '../link.ts';
import { hexId } from '../names.ts';
import type { Credentials } from '../state/credentials.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import type { EventFields } from './event-fields.ts';

/** Version and dialect, what protects the connection so far, and the account of the session. */
export function putSession(fields: EventFields, link: Link, session: Session | undefined, version: 1 | 2): void {
  const { facts } = link;
  fields.put('smb.version', version === 1 ? 'SMB1' : 'SMB2');
  fields.put('smb.dialect', facts.dialect);
  fields.put('smb.signing.seen', facts.protection.signingSeen);
  fields.put('smb.encryption.seen', facts.protection.encryptionSeen);
  if (session === undefined) return;
  fields.put('smb.session.id', version === 1 ? String(session.idLow) : hexId(session.idHigh, session.idLow));
  if (session.credentials !== undefined) putAccount(fields, session.credentials);
}

/** The account and how it was proved. */
export function putAccount(fields: EventFields, credentials: Credentials): void {
  const { user, domain, mechanism, ntlmVersion } = credentials;
  fields.put('user.name', user);
  fields.put('user.domain', domain);
  fields.put('related.user', user);
  fields.put('smb.auth.mechanism', mechanism);
  fields.put('smb.auth.ntlm_version', ntlmVersion === undefined ? undefined : String(ntlmVersion));
  fields.put('smb.auth.guest', credentials.isSeen || credentials.isGuest ? credentials.isGuest : undefined);
  fields.put('smb.auth.anonymous', credentials.isSeen ? credentials.isAnonymous : undefined);
}

/** The share. */
export function putTree(fields: EventFields, tree: Tree | undefined): void {
  fields.put('smb.share.path', tree?.path);
  fields.put('smb.share.name', tree?.name);
  fields.put('smb.share.type', tree?.type);
}
