/** Files: what was opened, changed, and what became of it. */
import type { Link } from '../link.ts';
import type { Handle, OpenFacts } from '../state/handle.ts';
import { originOfOpen } from '../state/file-number.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import type { Tree } from '../state/tree.ts';
import { NAME_FIELDS, OPEN_FIELDS } from './open-fields.ts';
import { SESSION_FIELDS, type SessionTelling, TREE_FIELDS } from './session-fields.ts';
import { type WireFields, type WireKind, wireKind } from './wire-kind.ts';

/** What happened to a file. */
export type FileAction =
  | 'smb-file-open'
  | 'smb-file-create'
  | 'smb-file-write'
  | 'smb-file-rename'
  | 'smb-file-link'
  | 'smb-file-delete'
  | 'smb-file-security-change'
  | 'smb-file-time-change';

/** A file event, whichever version and command brought it. */
export interface FileTelling {
  readonly session: Session | undefined;
  readonly handle: Handle;
  readonly action: FileAction;
  readonly version: 1 | 2;
  readonly command: string;
  /** Message that the event's identity is made of. */
  readonly origin: Origin;
  /** Time and packet of the event. */
  readonly time: number;
  readonly packet: number;
  /** The deletion was asked for and happens at the last close. */
  readonly isPending?: boolean;
  /** Told at the last close, with all that was done in between. */
  readonly isLast?: boolean;
}

interface ToldFile extends SessionTelling, FileTelling {
  readonly tree: Tree | undefined;
  readonly name: string | undefined;
  readonly open: OpenFacts | undefined;
}

/** What was done while it was open. */
const HANDLE_FIELDS: WireFields<{ readonly handle: Handle }> = {
  'file.type': ({ handle }) => (handle.isFolder ? 'dir' : undefined),
  'file.size': ({ handle }) => sizeOf(handle),
  'file.created': ({ handle }) => handle.times?.created,
  'file.mtime': ({ handle }) => handle.times?.modified,
  'file.accessed': ({ handle }) => handle.times?.accessed,
  'file.ctime': ({ handle }) => handle.times?.changed,
  'smb.file.written': ({ handle }) => {
    const isWritten = handle.writes > 0 || handle.bytesCopied > 0 || handle.isNew;
    return handle.isFolder ? false : isWritten || undefined;
  },
  'smb.file.bytes_read': ({ handle }) => handle.bytesRead,
  'smb.file.bytes_written': ({ handle }) => handle.bytesWritten,
  'smb.file.bytes_copied': ({ handle }) => handle.bytesCopied || undefined,
  'smb.file.magic': ({ handle }) => (handle.isProgram ? 'MZ' : undefined),
  'smb.flow.outcome': ({ handle }) => (handle.bytesRead + handle.bytesWritten > 0 ? 'moved' : 'established'),
};

/** What the server said, or at least what was written. */
function sizeOf({ isFolder, sizeBytes, bytesWritten }: Handle): number | undefined {
  if (isFolder || (sizeBytes === undefined && bytesWritten === 0)) return undefined;
  return Math.max(sizeBytes ?? 0, bytesWritten);
}

const writeTypes = ({ handle }: ToldFile) => (handle.isNew && !handle.isFolder ? ['creation', 'change'] : ['change']);

const fileKind = (action: FileAction, types: readonly string[] | typeof writeTypes) =>
  wireKind<ToldFile>('smb.file', {
    'event.category': ['network', 'file'],
    'event.type': types,
    'event.action': action,
    'event.outcome': 'success',
    'smb.command': ({ command }) => command,
    ...SESSION_FIELDS,
    ...TREE_FIELDS,
    ...NAME_FIELDS,
    ...OPEN_FIELDS,
    ...HANDLE_FIELDS,
    ...(action === 'smb-file-rename' && { 'smb.file.previous_name': ({ handle }: ToldFile) => handle.previousName }),
    'smb.delete.pending': ({ isPending }) => isPending,
    'event.start': ({ isLast, handle }) => (isLast ? handle.origin.time : undefined),
    'event.end': ({ isLast, time }) => (isLast ? time : undefined),
    'event.duration': ({ isLast, handle, time }) =>
      isLast ? Math.max(Math.round((time - handle.origin.time) * 1e6), 0) : undefined,
    'smb.file.deleted': ({ isLast, handle }) => (isLast && handle.isDeletePending) || undefined,
  });

const KINDS: Readonly<Record<FileAction, WireKind<ToldFile>>> = {
  'smb-file-open': fileKind('smb-file-open', ['access']),
  'smb-file-create': fileKind('smb-file-create', ['creation']),
  'smb-file-write': fileKind('smb-file-write', writeTypes),
  'smb-file-rename': fileKind('smb-file-rename', ['change']),
  'smb-file-link': fileKind('smb-file-link', ['change']),
  'smb-file-delete': fileKind('smb-file-delete', ['deletion']),
  'smb-file-security-change': fileKind('smb-file-security-change', ['change']),
  'smb-file-time-change': fileKind('smb-file-time-change', ['change']),
};

/** Tells of a file. */
export function tellFile(link: Link, telling: FileTelling): void {
  const { handle, action, isLast } = telling;
  const { tree, name, open } = handle;
  const whole = isLast === true ? originOfOpen(link, handle, telling.time) : undefined;
  const what = whole ? `smb.file${whole.suffix}` : `smb.file ${action}`;
  const origin = whole?.origin ?? telling.origin;
  link.tell(KINDS[action], { ...telling, origin, link, what, tree, name, open });
}
