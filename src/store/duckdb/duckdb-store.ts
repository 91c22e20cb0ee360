/** One file of DuckDB, inside the process, that holds everything a server keeps. */
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { SmbError } from '../../base/error.ts';
import type { Networks } from '../../event/networks.ts';
import type { Store } from '../store.ts';
import type { StoreMaintenance } from '../store-maintenance.ts';
import type { StoreSettings } from '../store-settings.ts';
import { openDesk } from './desk/desk.ts';
import { DuckDbEventStore } from './duckdb-events.ts';
import { forget } from './forget.ts';
import { backUp, restoreInto } from './maintenance/backup.ts';
import { checkEvents } from './maintenance/check.ts';
import { removeOld, usedBytes } from './maintenance/retention.ts';
import { openMeta } from './store-meta.ts';

/** Opens a file; see openStore. */
export async function openDuckDbStore(file: string, networks: Networks, settings: StoreSettings): Promise<Store> {
  const instance = await openFile(file, settings);
  try {
    const connection = await instance.connect();
    const meta = await openMeta(connection, file);
    const folder = file === ':memory:' ? mkdtempSync(join(tmpdir(), 'smbastion-rows-')) : `${file}.rows`;
    const { queryMs, blocks } = settings;
    const events = await DuckDbEventStore.open(instance, { meta, networks, folder, queryMs, blocks });
    const desk = await openDesk(instance);
    return {
      ...desk,
      events,
      forget: (what) => events.removing(() => forget(instance, what)),
      maintenance: maintain(events, instance),
      close: async () => {
        await desk.close();
        await events.close();
        connection.closeSync();
        instance.closeSync();
      },
    };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/**
 * Makes a file from a copy; see restoreStore. It is made beside its place and gets its name when it is whole: a part of a copy
 * must not pass for a store.
 */
export async function restoreDuckDbStore(
  folder: string,
  file: string,
  networks: Networks,
  settings: StoreSettings,
): Promise<void> {
  refuseTaken(file);
  const partial = `${file}.restoring`;
  // What waits beside the file of that name is put in when it is opened: it is no part of the copy, and must not be lost.
  const rows = mkdtempSync(join(tmpdir(), 'smbastion-rows-'));
  // One that was killed left its own behind.
  removeDatabase(partial);
  try {
    await fillFromCopy(partial, folder, rows, networks, settings);
    // A program that began to work here in the meantime has it open.
    refuseTaken(file);
    renameSync(partial, file);
  } finally {
    removeDatabase(partial);
    rmSync(rows, { recursive: true, force: true });
  }
}

async function fillFromCopy(
  file: string,
  copy: string,
  rows: string,
  networks: Networks,
  settings: StoreSettings,
): Promise<void> {
  const instance = await openFile(file, settings);
  try {
    const connection = await instance.connect();
    const meta = await openMeta(connection, file);
    const { queryMs, blocks } = settings;
    const events = await DuckDbEventStore.open(instance, { meta, networks, folder: rows, queryMs, blocks });
    try {
      await (await openDesk(instance)).close();
      await restoreInto(connection, copy);
    } finally {
      await events.close();
    }
    // All of it is in the one file that is renamed.
    await connection.run('CHECKPOINT');
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

/** A log of changes that was left alone belongs to another database, and would be read into the one that gets its name. */
function refuseTaken(file: string): void {
  const taken = [file, `${file}.wal`].find((path) => existsSync(path));
  if (taken === undefined) return;
  throw new SmbError('STORE-OPEN', `${taken} is there already`, { fix: 'move it away, or name another data folder' });
}

/** Removes a database with what DuckDB keeps beside it: its log of changes and what did not fit into memory. */
function removeDatabase(file: string): void {
  for (const path of [file, `${file}.wal`, `${file}.tmp`]) rmSync(path, { recursive: true, force: true });
}

function maintain(events: DuckDbEventStore, instance: DuckDBInstance): StoreMaintenance {
  const aside = async <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  };
  const settled = async <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    await events.settle();
    return aside(work);
  };
  return {
    retain: (retention, nowMs) =>
      // A full disk keeps rows out of the tables; to remove old events may be what makes room.
      events.removing((connection) => removeOld(connection, retention, nowMs, events.writer.latest), true),
    bytes: () => aside(usedBytes),
    check: () => settled((connection) => checkEvents(connection, events.tables, () => events.writer.latest)),
    backUp: (folder, nowMs) => settled((connection) => backUp(connection, folder, nowMs)),
  };
}

async function openFile(file: string, { memoryMb, threads }: StoreSettings): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(file, {
      // Nothing is fetched from anywhere.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // Documents compressed as in ZIP files, which versions before 1.2 cannot read, take a quarter of the room.
      storage_compatibility_version: 'v1.5.0',
      memory_limit: `${memoryMb}MB`,
      // Changes are written into the columns' blocks when there are enough of them to make full ones.
      wal_autocheckpoint: `${CHECKPOINT_MB}MB`,
      threads: String(threads),
      // Memory given back to the system after each block of rows has to be had again, page by page, for the next.
      allocator_flush_threshold: `${memoryMb}MB`,
      allocator_bulk_deallocation_flush_threshold: `${memoryMb}MB`,
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SmbError('STORE-OPEN', `${file} cannot be opened: ${why}`, { fix: openingFix(why) });
  }
}

/** @param why as DuckDB says it; it has no codes */
function openingFix(why: string): string {
  if (/read-only|permission denied/i.test(why))
    return 'the user that runs this must be able to write the file and its folder';
  if (/corrupt|not a valid|checksum|replaying/i.test(why)) {
    return 'the file is damaged: put a backup in its place; keep the damaged one and its .wal beside, they may hold more';
  }
  if (/no such file/i.test(why)) return 'the folder of the file has to be there';
  return 'one program at a time may have it open';
}

/** Log of changes that is gathered before it goes into the columns: about a hundred thousand events, a block of rows. */
const CHECKPOINT_MB = 256;
