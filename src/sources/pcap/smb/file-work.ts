/** What is done on open files and pipes, whichever version asked for it: counted, and told where it matters. */
import { isAdminShare } from '../../../event/normalise/share.ts';
import { rpcInterfaceName } from '../../rpc-interfaces.ts';
import { type FileAction, tellFile } from './events/file-event.ts';
import { tellPipe } from './events/pipe-event.ts';
import { tellRpc } from './events/rpc-event.ts';
import { isNoise } from './events/status-fields.ts';
import type { FileChange } from './file-change.ts';
import type { Link } from './link.ts';
import { PipeRhythm } from './pipe-rhythm.ts';
import { RpcPipe } from './rpc/rpc-pipe.ts';
import { Handle } from './state/handle.ts';
import type { Origin } from './state/origin.ts';
import type { Session } from './state/session.ts';
import { isPipeTree, type Tree } from './state/tree.ts';

/** Work on files and pipes of one connection. */
export class FileWork {
  private readonly link: Link;
  private readonly version: 1 | 2;

  constructor(link: Link, version: 1 | 2) {
    this.link = link;
    this.version = version;
  }

  /** Remembers an open file by its id. */
  add(session: Session, handle: Handle, a: number, b: number, c: number, d: number): void {
    if (this.isFull(session.handles.size)) {
      const oldest = session.handles.oldest();
      if (oldest === undefined) return;
      this.close(session, oldest, 'close');
    }
    const before = session.handles.get(a, b, c, d);
    if (before !== undefined) this.close(session, before, 'close');
    handle.id = [a, b, c, d];
    handle.number = this.link.state.fileNumbers.of(session, handle.id, handle.open !== undefined);
    session.handles.set(handle, a, b, c, d);
    this.hold(handle);
  }

  /** @returns whether an open file must be given up before another is remembered; said under the limit's name */
  isFull(openOfSession: number): boolean {
    const { state } = this.link;
    const { limits } = state;
    if (openOfSession >= limits.handles) state.reach('handles');
    else if (state.openHandles >= limits.handlesTotal) state.reach('handlesTotal');
    else if (state.openNames >= limits.handleNames) state.reach('handleNames');
    else return false;
    return true;
  }

  /** Counts an open file that is remembered. */
  hold(handle: Handle): void {
    const { state } = this.link;
    handle.heldUnits = (handle.name?.length ?? 0) + 1;
    state.openHandles++;
    state.openNames += handle.heldUnits;
  }

  /** An open file is no longer remembered. */
  release(handle: Handle): void {
    const { state } = this.link;
    if (handle.heldUnits === 0) return;
    state.openHandles--;
    state.openNames -= handle.heldUnits;
    handle.heldUnits = 0;
  }

  /** A file of which only the id is known: its open was not seen. */
  unknownHandle(
    session: Session,
    tree: Tree | undefined,
    origin: Origin,
    a: number,
    b: number,
    c: number,
    d: number,
  ): Handle {
    const handle = new Handle(tree, origin, undefined);
    handle.isPipe = isPipeTree(tree);
    this.add(session, handle, a, b, c, d);
    return handle;
  }

  /** Forgets an open file and tells of it. */
  close(session: Session | undefined, handle: Handle, command: string): void {
    const { id } = handle;
    if (id !== undefined) session?.handles.delete(id[0], id[1], id[2], id[3]);
    handle.id = undefined;
    this.release(handle);
    this.closed(session, handle, command);
  }

  /** An open was refused. */
  refused(status: number): void {
    if (!isNoise(status)) this.link.facts.filesRefused++;
  }

  /** A change was granted. */
  change(session: Session | undefined, handle: Handle, change: FileChange, origin: Origin, command: string): void {
    switch (change.kind) {
      case 'rename':
        return this.renamed(session, handle, change.name, origin, command);
      case 'delete':
        return this.deleteAsked(session, handle, change.isOn, origin, command);
      case 'size':
        handle.sizeBytes = change.sizeBytes;
        return;
      case 'link':
        return this.tellNow(session, handle, 'smb-file-link', origin, command);
      case 'times':
        return this.tellNow(session, handle, 'smb-file-time-change', origin, command);
      case 'security':
        return this.tellNow(session, handle, 'smb-file-security-change', origin, command);
    }
  }

  /** An open was granted. */
  opened(session: Session | undefined, handle: Handle, command: string): void {
    const { facts } = this.link;
    if (handle.isPipe === true) {
      facts.pipes.add(handle.name);
      tellPipe(this.link, session, handle, this.version, command, false);
      return;
    }
    facts.filesOpened++;
    if (handle.action === 2) facts.filesCreated++;
  }

  /**
   * Bytes were written, as the server counted them. The first ones of a new file on an admin share are told at once: what
   * is carried there is started next.
   */
  wrote(session: Session | undefined, handle: Handle, count: number, command: string): void {
    const { facts } = this.link;
    if (handle.writes === 0 && handle.isPipe !== true) facts.filesWritten++;
    handle.writes++;
    handle.bytesWritten += count;
    if (handle.isPipe === true) return this.onPipe(handle, count);
    facts.bytesWritten += count;
    const share = handle.tree?.name;
    if (handle.isWriteTold || !handle.isNew || handle.isFolder || share === undefined || !isAdminShare(share)) return;
    handle.isWriteTold = true;
    this.tellNow(session, handle, 'smb-file-write', handle.origin, command);
  }

  /** Bytes were read. */
  read(handle: Handle, count: number): void {
    handle.reads++;
    handle.bytesRead += count;
    if (handle.isPipe === true) this.onPipe(handle, count);
    else this.link.facts.bytesRead += count;
  }

  /** Bytes were sent to a pipe together with the wish for an answer. */
  asked(handle: Handle, count: number): void {
    handle.bytesWritten += count;
    this.onPipe(handle, count);
  }

  private onPipe(handle: Handle, count: number): void {
    handle.rhythm ??= new PipeRhythm();
    handle.rhythm.message(this.link.state.clock.time, count);
  }

  /** The server copied bytes into the file. */
  copied(handle: Handle, count: number): void {
    handle.bytesCopied += count;
    this.link.facts.bytesCopied += count;
  }

  private renamed(session: Session | undefined, handle: Handle, name: string, origin: Origin, command: string): void {
    this.link.facts.filesRenamed++;
    handle.previousName = handle.name;
    handle.name = name;
    handle.isRenamed = true;
    this.tellNow(session, handle, 'smb-file-rename', origin, command);
  }

  /** A file was deleted by its name, without being opened. */
  deleted(session: Session | undefined, handle: Handle, origin: Origin, command: string): void {
    this.link.facts.filesDeleted++;
    this.tellNow(session, handle, 'smb-file-delete', origin, command);
  }

  /** @param isOn false when the deletion is taken back */
  private deleteAsked(
    session: Session | undefined,
    handle: Handle,
    isOn: boolean,
    origin: Origin,
    command: string,
  ): void {
    const isNew = isOn && !handle.isDeletePending;
    handle.isDeletePending = isOn;
    if (!isNew) return;
    this.link.facts.filesDeleted++;
    this.tellNow(session, handle, 'smb-file-delete', origin, command, true);
  }

  /** The last close, or the end of what the handle belongs to. */
  closed(session: Session | undefined, handle: Handle, command: string): void {
    if (handle.isPipe === true || (handle.isPipe === undefined && handle.rpc !== undefined)) {
      handle.rpc?.close();
      tellPipe(this.link, session, handle, this.version, command, true);
      return;
    }
    // A handle of which nothing but its number is known says nothing.
    if (handle.open === undefined && handle.reads + handle.writes === 0) return;
    const isDeletedByOpen = handle.open !== undefined && (handle.open.options & DELETE_ON_CLOSE) !== 0;
    if (isDeletedByOpen && !handle.isDeletePending) {
      handle.isDeletePending = true;
      this.link.facts.filesDeleted++;
    }
    tellFile(this.link, {
      session,
      handle,
      action: isDeletedByOpen ? 'smb-file-delete' : actionOf(handle),
      version: this.version,
      command,
      origin: handle.origin,
      time: this.link.lastTime,
      packet: this.link.lastPacket,
      isLast: true,
    });
  }

  /** @returns the calls of a pipe, made when its first bytes come */
  rpcOf(session: Session | undefined, handle: Handle): RpcPipe {
    handle.isPipe = true;
    handle.rpc ??= this.newRpc(session, handle);
    return handle.rpc;
  }

  private newRpc(session: Session | undefined, handle: Handle): RpcPipe {
    const { link } = this;
    const { facts, state } = link;
    return new RpcPipe(
      handle.name,
      {
        call: (call, outcome) => {
          facts.rpcCalls++;
          if (call.uuid !== undefined && !call.isGuessed) facts.interfaces.add(rpcInterfaceName(call.uuid));
          tellRpc(link, session, handle, call, outcome, this.version);
        },
        bound: (uuid, isAccepted) => {
          if (isAccepted) facts.interfaces.add(rpcInterfaceName(uuid));
        },
        logon: (token) => {
          facts.clientNames.add(token.ntlm?.workstation);
          facts.spns.add(token.kerberos?.spn);
        },
        limit: (name) => state.reach(name),
      },
      state.limits,
      state.gathered,
    );
  }

  private tellNow(
    session: Session | undefined,
    handle: Handle,
    action: FileAction,
    origin: Origin,
    command: string,
    isPending?: boolean,
  ): void {
    const { version, link } = this;
    const { time, packet } = link.state.clock;
    const telling = { session, handle, action, version, command, origin, time, packet };
    tellFile(link, isPending === undefined ? telling : { ...telling, isPending });
  }
}

/** Create option (MS-SMB2 2.2.13). */
const DELETE_ON_CLOSE = 0x1000;

/** The strongest thing that was done. */
function actionOf(handle: Handle): FileAction {
  if (handle.writes > 0 || handle.bytesCopied > 0) return 'smb-file-write';
  return handle.isNew ? 'smb-file-create' : 'smb-file-open';
}
