import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import type { EventFields } from './event-fields.ts';
import { putSession, putTree } from './session-fields.ts';
import { putStatus } from './status-fields.ts';

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
  const { clock } = link.state;
  const build = (): EventFields | undefined => {
    const fields = link.event('smb.tree', clock.time, clock.packet);
    if (fields === undefined) return undefined;
    fields.put('event.category', ['network']);
    fields.put('event.type', status === 0 ? ['connection', 'access'] : ['connection', 'access', 'denied']);
    fields.put('event.action', 'smb-tree-connect');
    fields.put('event.outcome', status === 0 ? 'success' : 'failure');
    fields.put('smb.command', command);
    putSession(fields, link, session, version);
    putTree(fields, tree);
    fields.put('smb.share.encrypted', status === 0 ? tree.isEncrypted : undefined);
    putStatus(fields, status);
    return fields;
  };
  if (status !== 0) {
    const user = session?.credentials?.user ?? '';
    return link.sendMerged(`tree ${user} ${tree.path ?? ''} ${status}`, build, origin, 'smb.tree');
  }
  const fields = build();
  if (fields !== undefined) link.send(fields, origin, 'smb.tree');
}
