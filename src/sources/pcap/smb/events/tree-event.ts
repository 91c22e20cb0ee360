import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import { SESSION_FIELDS, type SessionTelling, TREE_FIELDS } from './session-fields.ts';
import { STATUS_FIELDS } from './status-fields.ts';
import { wireKind } from './wire-kind.ts';

interface TreeTelling extends SessionTelling {
  readonly tree: Tree;
  readonly status: number;
  readonly command: string;
}

const treeKind = (outcome: 'success' | 'failure', types: readonly string[]) =>
  wireKind<TreeTelling>('smb.tree', {
    'event.category': ['network'],
    'event.type': types,
    'event.action': 'smb-tree-connect',
    'event.outcome': outcome,
    'smb.command': ({ command }) => command,
    ...SESSION_FIELDS,
    ...TREE_FIELDS,
    'smb.share.encrypted': ({ status, tree }) => (status === 0 ? tree.isEncrypted : undefined),
    ...STATUS_FIELDS,
  });

const GRANTED = treeKind('success', ['connection', 'access']);
const REFUSED = treeKind('failure', ['connection', 'access', 'denied']);

/** Tells of a tree connect, granted or refused. */
export function tellTree(
  link: Link,
  origin: Origin,
  session: Session | undefined,
  tree: Tree,
  status: number,
  version: 1 | 2,
  command: string,
): void {
  const { time, packet } = link.state.clock;
  const telling = { link, origin, what: 'smb.tree', time, packet, session, version, tree, status, command };
  if (status === 0) return link.tell(GRANTED, telling);
  const user = session?.credentials?.user ?? '';
  link.state.teller.tellMerged(`tree ${user} ${tree.path ?? ''} ${status}`, REFUSED, telling);
}
