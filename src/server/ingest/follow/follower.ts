/**
 * Follows files and folders. Logs of lines are read on as they grow; files of other formats are read whole once nobody writes to
 * them any more. How far each was read is remembered by what the file is, so that a start reads on where the last one stopped; what
 * is read twice after a crash is known by its events' identities.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { systemReason } from '../../../base/system-error.ts';
import type { IngestSettings } from '../../../config/ingest-settings.ts';
import type { Document } from '../../../event/document.ts';
import { discoverInputs } from '../../../sources/input/discover.ts';
import type { Store } from '../../../store/store.ts';
import type { Intake } from '../intake.ts';
import type { Sender } from '../senders.ts';
import { type FilePosition, FollowedFile } from './followed-file.ts';
import { readWholeFile } from './whole-file.ts';

/** What a follower works with. */
export interface FollowerOptions {
  readonly intake: Intake;
  readonly desk: Store['desk'];
  readonly settings: Pick<IngestSettings, 'follow' | 'followEveryMs'>;
  readonly log: FastifyBaseLogger;
  /** A file of another format is read when it has not changed for so long: whoever writes it has finished. */
  readonly settleMs?: number;
}

/** See {@link FollowerOptions.settleMs}. */
const SETTLE_MS = 2_000;
/** A log that has not grown for so long is closed until it grows. */
const IDLE_MS = 5 * 60_000;
/** Time from a change that the system tells of to the look at it. */
const CHANGE_MS = 50;
/** Positions are written down this often; what is read again after a crash is known. */
const SAVE_MS = 2_000;
/** Positions of files that were not seen for so long are forgotten at the start. */
const FORGET_MS = 30 * 86_400_000;

/** A file that was found. */
interface Entry {
  path: string;
  /** Stands for all files below the path of the configuration. */
  readonly sender: Sender;
  size: number;
  mtimeMs: number;
  /** When its size or time last changed, by our clock. */
  changedMs: number;
  file: FollowedFile | undefined;
  /** Size and time at which it was read to its end, or found to be of no format. */
  doneSize: number;
  doneMtimeMs: number;
  isWhole: boolean;
}

/** See the head of this file. */
export class Follower {
  private readonly options: FollowerOptions;
  private readonly entries = new Map<string, Entry>();
  private readonly positions = new Map<string, Document>();
  private readonly unsaved = new Set<string>();
  private readonly watchers: FSWatcher[] = [];
  private readonly told = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private savedMs = 0;
  private isClosed = false;

  constructor(options: FollowerOptions) {
    this.options = options;
  }

  /** Looks for the first time, and begins to look again and again. */
  async start(): Promise<void> {
    const { desk, intake, settings } = this.options;
    for (const { id, document, atMs } of await desk.list('file-position')) {
      if (intake.now() - atMs > FORGET_MS) await desk.remove('file-position', id, 'ingest', intake.now());
      else this.positions.set(id, document);
    }
    for (const path of settings.follow) this.watch(path);
    this.schedule(0);
  }

  /** Ends after the look that is going on; positions are written down. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.close();
    await this.looking;
    for (const { file } of this.entries.values()) await file?.close();
    await this.save();
  }

  private watch(path: string): void {
    try {
      const isFolder = statSync(path).isDirectory();
      const watcher = watch(isFolder ? path : dirname(path), () => this.schedule(CHANGE_MS));
      // What is not told of is found by looking.
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    } catch {
      // A path that is not there yet is looked for again and again; nothing tells when it comes.
    }
  }

  private schedule(afterMs: number): void {
    if (this.isClosed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.looking = this.looking
        .then(() => this.look())
        .catch((error: unknown) => this.options.log.error({ err: error }, 'following files failed'))
        .then(() => this.schedule(this.options.settings.followEveryMs));
    }, afterMs);
  }

  private async look(): Promise<void> {
    const { intake, settings, log } = this.options;
    const seen = new Set<string>();
    for (const path of settings.follow) {
      try {
        for (const { name } of discoverInputs([path])) {
          const identity = this.find(name, path);
          if (identity !== undefined) seen.add(identity);
        }
      } catch (cause) {
        this.tellOnce(path, () => log.warn(`ingest: ${path} is followed and cannot be read: ${systemReason(cause)}`));
      }
    }
    for (const [identity, entry] of this.entries) {
      if (this.isClosed || intake.isStopping) return;
      try {
        if (seen.has(identity)) await this.readOn(identity, entry);
        else await this.leave(identity, entry);
      } catch (cause) {
        this.tellOnce(entry.path, () => log.warn(`ingest: ${entry.path} cannot be read: ${systemReason(cause)}`));
      }
    }
    if (intake.now() - this.savedMs >= SAVE_MS) await this.save();
  }

  /** Takes note of a file. @returns its identity, undefined when it has gone meanwhile */
  private find(path: string, root: string): string | undefined {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) return undefined;
    const identity = `${stat.dev}:${stat.ino}`;
    const now = this.options.intake.now();
    const entry = this.entries.get(identity);
    if (entry === undefined) {
      const done = this.positions.get(identity);
      this.entries.set(identity, {
        path,
        sender: this.options.intake.senders.get('follow', root),
        size: stat.size,
        mtimeMs: stat.mtimeMs,
        changedMs: now,
        file: undefined,
        doneSize: done?.['isWhole'] === true ? Number(done['size']) : -1,
        doneMtimeMs: done?.['isWhole'] === true ? Number(done['mtimeMs']) : -1,
        isWhole: done?.['isWhole'] === true,
      });
      return identity;
    }
    if (entry.size !== stat.size || entry.mtimeMs !== stat.mtimeMs) entry.changedMs = now;
    entry.path = path;
    entry.size = stat.size;
    entry.mtimeMs = stat.mtimeMs;
    return identity;
  }

  private async readOn(identity: string, entry: Entry): Promise<void> {
    const { intake } = this.options;
    const isDone = entry.doneSize === entry.size && entry.doneMtimeMs === entry.mtimeMs;
    const restMs = intake.now() - entry.changedMs;
    if (isDone || entry.size === 0) {
      if (restMs > IDLE_MS) await this.sleep(entry);
      return;
    }
    const { size, mtimeMs } = entry;
    if (entry.isWhole) {
      if (restMs < (this.options.settleMs ?? SETTLE_MS)) return;
      const { failure, created, known } = await readWholeFile(entry.path, size, intake, entry.sender);
      if (failure !== undefined) return;
      this.options.log.info(`ingest: ${entry.path} was read: ${created} new events, ${known} known ones`);
      this.remember(identity, { path: entry.path, isWhole: true, size, mtimeMs });
    } else {
      entry.file ??= await FollowedFile.open(entry.path, this.positionOf(identity), intake, entry.sender);
      const state = await entry.file.read();
      if (state === 'failed') return;
      if (state === 'not lines' || state === 'unknown') {
        // What has no format yet may have one when it is complete.
        entry.isWhole = true;
        await this.sleep(entry);
        return;
      }
      if (state === 'read') this.remember(identity, { ...entry.file.position });
    }
    entry.doneSize = size;
    entry.doneMtimeMs = mtimeMs;
  }

  /** The file is no longer where it was: what was written to it until it was moved is read, and it is let go. */
  private async leave(identity: string, entry: Entry): Promise<void> {
    this.entries.delete(identity);
    if (entry.file === undefined) return;
    const state = await entry.file.read(true);
    if (state === 'read') this.remember(identity, { ...entry.file.position });
    await this.sleep(entry);
  }

  private async sleep(entry: Entry): Promise<void> {
    await entry.file?.close();
    entry.file = undefined;
  }

  private positionOf(identity: string): FilePosition | undefined {
    const document = this.positions.get(identity);
    return document?.['fingerprint'] === undefined ? undefined : (document as unknown as FilePosition);
  }

  private remember(identity: string, document: Document): void {
    this.positions.set(identity, document);
    this.unsaved.add(identity);
  }

  private async save(): Promise<void> {
    const { desk, intake } = this.options;
    this.savedMs = intake.now();
    for (const id of this.unsaved) {
      const document = this.positions.get(id)!;
      await desk.put({ kind: 'file-position', id, document, by: 'ingest', atMs: intake.now() });
      this.unsaved.delete(id);
    }
  }

  private tellOnce(path: string, tell: () => void): void {
    if (this.told.has(path)) return;
    this.told.add(path);
    tell();
  }
}
