import type { Retention } from './store-settings.ts';

/** What retention removed, in events, and what is left. */
export interface Removed {
  /** Came in too long ago. */
  readonly byAge: number;
  /** Were the oldest when the file was too large. */
  readonly bySize: number;
  /** Bytes in use afterwards. */
  readonly bytes: number;
}

/** What a look at all of a store found. */
export interface StoreCheck {
  readonly events: number;
  /** Sentences about what is wrong; none when all is well. */
  readonly problems: readonly string[];
}

/** A copy of a store. */
export interface Backup {
  readonly folder: string;
  /** Rows of all tables. */
  readonly rows: number;
}

/** Care for a store while it is in use. */
export interface StoreMaintenance {
  /** Removes old events. Positions go on where they were. */
  retain(retention: Retention, nowMs: number): Promise<Removed>;
  /** @returns bytes in use */
  bytes(): Promise<number>;
  check(): Promise<StoreCheck>;
  /**
   * Copies everything to a folder while the store is in use.
   *
   * @throws STORE-BACKUP when the folder cannot be written
   */
  backUp(folder: string, nowMs: number): Promise<Backup>;
}
