/** Files and pipes: what was opened, changed, and what became of it. */
import type { Link } from '../link.ts';
import { formatTimestamp } from '../../../../base/time/timestamp.ts';
import { intentsOf } from '../../../windows/values/access.ts';
import type { PipeRhythm } from '../pipe-rhythm.ts';
import type { Handle, OpenFacts } from '../state/handle.ts';
import type { Origin } from '../state/origin.ts';
import type { Session } from '../state/session.ts';
import { isPipeTree, type Tree } from '../state/tree.ts';
import type { EventFields } from './event-fields.ts';
import { putSession, putTree } from './session-fields.ts';
import { isNoise, putStatus } from './status-fields.ts';

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

const DISPOSITIONS = ['supersede', 'open', 'create', 'open_or_create', 'overwrite', 'overwrite_or_create'] as const;

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

/** Tells of a file. */
export function tellFile(link: Link, telling: FileTelling): void {
  const { handle, action, session, version, origin } = telling;
  const fields = link.event('smb.file', telling.time, telling.packet);
  if (fields === undefined) return;
  fields.put('event.category', ['network', 'file']);
  fields.put('event.type', typesOf(handle, action));
  fields.put('event.action', action);
  fields.put('event.outcome', 'success');
  fields.put('smb.command', telling.command);
  putSession(fields, link, session, version);
  putTree(fields, handle.tree);
  putName(fields, handle.tree, handle.name);
  putOpen(fields, handle.open);
  putHandle(fields, handle);
  if (action === 'smb-file-rename') fields.put('smb.file.previous_name', handle.previousName);
  fields.put('smb.delete.pending', telling.isPending);
  if (telling.isLast === true) {
    fields.put('event.start', formatTimestamp(handle.origin.time, 6));
    fields.put('event.end', formatTimestamp(telling.time, 6));
    fields.put('event.duration', Math.max(Math.round((telling.time - handle.origin.time) * 1e6), 0));
    fields.put('smb.file.deleted', handle.isDeletePending || undefined);
  }
  link.send(fields, origin, telling.isLast === true ? 'smb.file' : `smb.file ${action}`);
}

function typesOf(handle: Handle, action: FileAction): readonly string[] {
  switch (action) {
    case 'smb-file-open':
      return ['access'];
    case 'smb-file-create':
      return ['creation'];
    case 'smb-file-write':
      return handle.isNew && !handle.isFolder ? ['creation', 'change'] : ['change'];
    case 'smb-file-delete':
      return ['deletion'];
    default:
      return ['change'];
  }
}

/** Path on the share and below it; the part behind a colon is a stream of the file. */
function putName(fields: EventFields, tree: Tree | undefined, name: string | undefined): void {
  if (name === undefined) return;
  const path = name.replaceAll('/', '\\').replace(/^\\+/, '');
  if (tree?.path !== undefined) {
    fields.put('file.path', path === '' ? tree.path : `${tree.path.replace(/[\\/]+$/, '')}\\${path}`);
  }
  fields.put('smb.file.path', path);
  const below = path.lastIndexOf('\\');
  if (below > 0) fields.put('file.directory', path.slice(0, below));
  const colon = path.indexOf(':', below + 1);
  if (colon < 0) return;
  fields.put('file.name', path.slice(below + 1, colon));
  fields.put('file.fork_name', path.slice(colon + 1).replace(/:\$DATA$/i, ''));
}

function putOpen(fields: EventFields, open: OpenFacts | undefined): void {
  if (open === undefined) return;
  fields.put('smb.access.mask', open.access);
  fields.put('smb.access.intent', intentsOf(open.access));
  fields.put('smb.disposition', DISPOSITIONS[open.disposition]);
  if (open.contexts.length > 0) fields.put('smb.create.contexts', open.contexts);
}

function putHandle(fields: EventFields, handle: Handle): void {
  const { times } = handle;
  fields.put('file.type', handle.isFolder ? 'dir' : undefined);
  fields.put('file.size', sizeOf(handle));
  fields.put('file.created', timeText(times?.created));
  fields.put('file.mtime', timeText(times?.modified));
  fields.put('file.accessed', timeText(times?.accessed));
  fields.put('file.ctime', timeText(times?.changed));
  const isWritten = handle.writes > 0 || handle.bytesCopied > 0 || handle.isNew;
  fields.put('smb.file.written', handle.isFolder ? false : isWritten || undefined);
  fields.put('smb.file.bytes_read', handle.bytesRead);
  fields.put('smb.file.bytes_written', handle.bytesWritten);
  fields.put('smb.file.bytes_copied', handle.bytesCopied || undefined);
  fields.put('smb.file.magic', handle.isProgram ? 'MZ' : undefined);
  if (handle.bytesRead + handle.bytesWritten > 0) fields.put('smb.flow.outcome', 'moved');
}

/** What the server said, or at least what was written. */
function sizeOf({ isFolder, sizeBytes, bytesWritten }: Handle): number | undefined {
  if (isFolder || (sizeBytes === undefined && bytesWritten === 0)) return undefined;
  return Math.max(sizeBytes ?? 0, bytesWritten);
}

function timeText(ms: number | undefined): string | undefined {
  return ms === undefined || Number.isNaN(ms) ? undefined : formatTimestamp(ms, 6);
}

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
  const isPipe = isPipeTree(tree) === true;
  const { clock } = link.state;
  const build = (): EventFields | undefined => {
    const fields = link.event(isPipe ? 'smb.pipe' : 'smb.file', clock.time, clock.packet);
    if (fields === undefined) return undefined;
    fields.put('event.category', isPipe ? ['network'] : ['network', 'file']);
    fields.put('event.type', isNoise(status) ? ['access'] : ['access', 'denied']);
    fields.put('event.action', isPipe ? 'smb-pipe-open' : 'smb-file-open');
    fields.put('event.outcome', 'failure');
    fields.put('smb.command', command);
    putSession(fields, link, session, version);
    putTree(fields, tree);
    if (isPipe) fields.put('smb.pipe.name', open.name?.toLowerCase());
    else putName(fields, tree, open.name);
    putOpen(fields, open);
    putStatus(fields, status);
    return fields;
  };
  const user = session?.credentials?.user ?? '';
  const key = `open ${user} ${tree?.path ?? ''} ${open.name ?? ''} ${status}`;
  link.sendMerged(key, build, origin, 'smb.open');
}

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
  const fields = link.event('smb.pipe', isClose ? link.lastTime : clock.time, isClose ? link.lastPacket : clock.packet);
  if (fields === undefined) return;
  fields.put('event.category', ['network']);
  fields.put('event.type', ['access']);
  fields.put('event.action', isClose ? 'smb-pipe-close' : 'smb-pipe-open');
  fields.put('event.outcome', 'success');
  fields.put('smb.command', command);
  putSession(fields, link, session, version);
  putTree(fields, handle.tree);
  fields.put('smb.pipe.name', handle.name);
  if (isClose) {
    fields.put('smb.pipe.bytes_read', handle.bytesRead);
    fields.put('smb.pipe.bytes_written', handle.bytesWritten);
    fields.put('smb.pipe.calls', handle.rpc?.count ?? 0);
    fields.put('event.start', formatTimestamp(handle.origin.time, 6));
    fields.put('event.end', formatTimestamp(link.lastTime, 6));
    fields.put('event.duration', Math.max(Math.round((link.lastTime - handle.origin.time) * 1e6), 0));
    putRhythm(fields, handle.rhythm);
  }
  link.send(fields, handle.origin, isClose ? 'smb.pipe close' : 'smb.pipe');
}

function putRhythm(fields: EventFields, rhythm: PipeRhythm | undefined): void {
  fields.put('smb.pipe.exchanges', rhythm?.exchanges);
  fields.put('smb.pipe.largest_message', rhythm?.largest);
  const even = rhythm?.rhythm();
  if (even === undefined) return;
  fields.put('smb.pipe.period_ms', Math.round(even.periodMs));
  fields.put('smb.pipe.period_spread', Math.round(even.spread * 1000) / 1000);
}
