import type { FieldValue } from '../../../../event/document.ts';
import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import { putSession, putTree } from './session-fields.ts';
import { putStatus } from './status-fields.ts';

/** Tells of a control call that says something: referral, server-side copy, snapshots, reparse point, validation. */
export function tellIoctl(
  link: Link,
  origin: Origin,
  session: Session | undefined,
  tree: Tree | undefined,
  functionName: string,
  status: number,
  version: 1 | 2,
  more: Readonly<Record<string, FieldValue>>,
): void {
  const { clock } = link.state;
  const fields = link.event('smb.ioctl', clock.time, clock.packet);
  if (fields === undefined) return;
  fields.put('event.category', ['network']);
  fields.put('event.type', ['info']);
  fields.put('event.action', 'smb-ioctl');
  fields.put('event.outcome', status === 0 ? 'success' : 'failure');
  fields.put('smb.command', version === 1 ? 'transaction2' : 'ioctl');
  fields.put('smb.ioctl.function', functionName);
  putSession(fields, link, session, version);
  putTree(fields, tree);
  putStatus(fields, status);
  for (const [name, value] of Object.entries(more)) fields.put(name, value);
  link.send(fields, origin, 'smb.ioctl');
}
