import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import { SESSION_FIELDS, type SessionTelling, TREE_FIELDS } from './session-fields.ts';
import { STATUS_FIELDS } from './status-fields.ts';
import { wireKind } from './wire-kind.ts';

/** What a control call was about, where it can be said. */
interface IoctlSubject {
  readonly referral?: string | undefined;
  readonly path?: string | undefined;
  readonly bytesCopied?: number | undefined;
}

interface IoctlTelling extends SessionTelling {
  readonly tree: Tree | undefined;
  readonly functionName: string;
  readonly command: string;
  readonly status: number;
  readonly about: IoctlSubject;
}

const IOCTL = wireKind<IoctlTelling>('smb.ioctl', {
  'event.category': ['network'],
  'event.type': ['info'],
  'event.action': 'smb-ioctl',
  'event.outcome': ({ status }) => (status === 0 ? 'success' : 'failure'),
  'smb.command': ({ command }) => command,
  'smb.ioctl.function': ({ functionName }) => functionName,
  ...SESSION_FIELDS,
  ...TREE_FIELDS,
  ...STATUS_FIELDS,
  'smb.referral.path': ({ about }) => about.referral,
  'smb.file.path': ({ about }) => about.path,
  'smb.file.bytes_copied': ({ about }) => about.bytesCopied,
});

/** Tells of a control call that says something: referral, server-side copy, snapshots, reparse point, validation. */
export function tellIoctl(
  link: Link,
  origin: Origin,
  session: Session | undefined,
  tree: Tree | undefined,
  functionName: string,
  status: number,
  version: 1 | 2,
  about: IoctlSubject,
  command = version === 1 ? 'transaction2' : 'ioctl',
): void {
  const { time, packet } = link.state.clock;
  const what = 'smb.ioctl';
  link.tell(IOCTL, { link, origin, what, time, packet, session, version, tree, functionName, command, status, about });
}
