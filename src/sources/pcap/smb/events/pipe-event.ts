import type { Link } from '../link.ts';
import { originOfOpen } from '../state/file-number.ts';
import type { Handle } from '../state/handle.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import { SESSION_FIELDS, type SessionTelling, TREE_FIELDS } from './session-fields.ts';
import { type WireFields, wireKind } from './wire-kind.ts';

interface PipeTelling extends SessionTelling {
  readonly handle: Handle;
  readonly tree: Tree | undefined;
  readonly command: string;
}

const pipeKind = (action: string, more: WireFields<PipeTelling>) =>
  wireKind<PipeTelling>('smb.pipe', {
    'event.category': ['network'],
    'event.type': ['access'],
    'event.action': action,
    'event.outcome': 'success',
    'smb.command': ({ command }) => command,
    ...SESSION_FIELDS,
    ...TREE_FIELDS,
    'smb.pipe.name': ({ handle }) => handle.name,
    ...more,
  });

const OPENED = pipeKind('smb-pipe-open', {});
const CLOSED = pipeKind('smb-pipe-close', {
  'smb.pipe.bytes_read': ({ handle }) => handle.bytesRead,
  'smb.pipe.bytes_written': ({ handle }) => handle.bytesWritten,
  'smb.pipe.calls': ({ handle }) => handle.rpc?.count ?? 0,
  'event.start': ({ handle }) => handle.origin.time,
  'event.end': ({ time }) => time,
  'event.duration': ({ handle, time }) => Math.max(Math.round((time - handle.origin.time) * 1e6), 0),
  'smb.pipe.exchanges': ({ handle }) => handle.rhythm?.exchanges,
  'smb.pipe.largest_message': ({ handle }) => handle.rhythm?.largest,
  'smb.pipe.period_ms': ({ handle }) => {
    const even = handle.rhythm?.rhythm();
    return even && Math.round(even.periodMs);
  },
  'smb.pipe.period_spread': ({ handle }) => {
    const even = handle.rhythm?.rhythm();
    return even && Math.round(even.spread * 1000) / 1000;
  },
});

/** Tells of a pipe: when it is opened, and at its last close with what went through it. */
export function tellPipe(
  link: Link,
  session: Session | undefined,
  handle: Handle,
  version: 1 | 2,
  command: string,
  isClose: boolean,
): void {
  const { clock } = link.state;
  const { tree } = handle;
  const time = isClose ? link.lastTime : clock.time;
  const { origin, suffix } = isClose ? originOfOpen(link, handle, time) : { origin: handle.origin, suffix: '' };
  link.tell(isClose ? CLOSED : OPENED, {
    link,
    origin,
    what: isClose ? `smb.pipe close${suffix}` : 'smb.pipe',
    time,
    packet: isClose ? link.lastPacket : clock.packet,
    session,
    version,
    handle,
    tree,
    command,
  });
}
