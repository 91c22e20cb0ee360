/** Fields that every event of a session carries: who, over what, how protected. */
import type { FieldValue } from '../../../../event/document.ts';
import { hexId } from '../names.ts';
import type { Credentials } from '../state/credentials.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import type { Telling, WireFields } from './wire-kind.ts';

/** What an event of a session is told with. */
export interface SessionTelling extends Telling {
  readonly session: Session | undefined;
  readonly version: 1 | 2;
}

/** The account and how it was proved. */
const ACCOUNT: Readonly<Record<string, (credentials: Credentials) => FieldValue>> = {
  'user.name': ({ user }) => user || undefined,
  'user.domain': ({ domain }) => domain || undefined,
  'related.user': ({ user }) => user || undefined,
  'smb.auth.mechanism': ({ mechanism }) => mechanism,
  'smb.auth.ntlm_version': ({ ntlmVersion }) => (ntlmVersion === undefined ? undefined : String(ntlmVersion)),
  'smb.auth.guest': ({ isSeen, isGuest }) => (isSeen || isGuest ? isGuest : undefined),
  'smb.auth.anonymous': ({ isSeen, isAnonymous }) => (isSeen ? isAnonymous : undefined),
};

/** @param of the credentials that say it; what the first do not say, the next may */
export function accountFields<T>(...of: readonly ((telling: T) => Credentials | undefined)[]): WireFields<T> {
  const fields = Object.entries(ACCOUNT).map(([name, read]) => {
    const ask = (telling: T): FieldValue => {
      for (const credentialsOf of of) {
        const credentials = credentialsOf(telling);
        const value = credentials && read(credentials);
        if (value !== undefined) return value;
      }
      return undefined;
    };
    return [name, ask] as const;
  });
  return Object.fromEntries(fields);
}

/** Version and dialect, what protects the connection so far, and the account of the session. */
export const SESSION_FIELDS: WireFields<SessionTelling> = {
  'smb.version': ({ version }) => (version === 1 ? 'SMB1' : 'SMB2'),
  'smb.dialect': ({ link }) => link.facts.dialect,
  'smb.signing.seen': ({ link }) => link.facts.protection.signingSeen,
  'smb.encryption.seen': ({ link }) => link.facts.protection.encryptionSeen,
  'smb.session.id': ({ session, version }) => {
    if (session === undefined) return undefined;
    return version === 1 ? String(session.idLow) : hexId(session.idHigh, session.idLow);
  },
  ...accountFields<SessionTelling>(({ session }) => session?.credentials),
};

/** The share. */
export const TREE_FIELDS: WireFields<{ readonly tree: Tree | undefined }> = {
  'smb.share.path': ({ tree }) => tree?.path,
  'smb.share.name': ({ tree }) => tree?.name,
  'smb.share.type': ({ tree }) => tree?.type,
};
