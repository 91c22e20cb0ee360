import type { Link } from '../link.ts';
import type { OpenFacts } from '../state/handle.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import { isPipeTree, type Tree } from '../state/tree.ts';
import { NAME_FIELDS, OPEN_FIELDS } from './open-fields.ts';
import { SESSION_FIELDS, type SessionTelling, TREE_FIELDS } from './session-fields.ts';
import { isNoise, STATUS_FIELDS } from './status-fields.ts';
import { wireKind } from './wire-kind.ts';

interface RefusedTelling extends SessionTelling {
  readonly tree: Tree | undefined;
  readonly open: OpenFacts;
  readonly name: string | undefined;
  readonly status: number;
  readonly command: string;
}

const refusedTypes = ({ status }: RefusedTelling) => (isNoise(status) ? ['access'] : ['access', 'denied']);

const FILE = wireKind<RefusedTelling>('smb.file', {
  'event.category': ['network', 'file'],
  'event.type': refusedTypes,
  'event.action': 'smb-file-open',
  'event.outcome': 'failure',
  'smb.command': ({ command }) => command,
  ...SESSION_FIELDS,
  ...TREE_FIELDS,
  ...NAME_FIELDS,
  ...OPEN_FIELDS,
  ...STATUS_FIELDS,
});

const PIPE = wireKind<RefusedTelling>('smb.pipe', {
  'event.category': ['network'],
  'event.type': refusedTypes,
  'event.action': 'smb-pipe-open',
  'event.outcome': 'failure',
  'smb.command': ({ command }) => command,
  ...SESSION_FIELDS,
  ...TREE_FIELDS,
  'smb.pipe.name': ({ name }) => name?.toLowerCase(),
  ...OPEN_FIELDS,
  ...STATUS_FIELDS,
});

/** Tells of an open that was refused, of a file or a pipe. */
export function tellRefusedOpen(
  link: Link,
  origin: Origin,
  session: Session | undefined,
  tree: Tree | undefined,
  open: OpenFacts,
  status: number,
  version: 1 | 2,
  command: string,
): void {
  const { time, packet } = link.state.clock;
  const { name } = open;
  const user = session?.credentials?.user ?? '';
  const key = `open ${user} ${tree?.path ?? ''} ${name ?? ''} ${status}`;
  const kind = isPipeTree(tree) === true ? PIPE : FILE;
  const what = 'smb.open';
  link.state.teller.tellMerged(key, kind, {
    link,
    origin,
    what,
    time,
    packet,
    session,
    version,
    tree,
    open,
    name,
    status,
    command,
  });
}
