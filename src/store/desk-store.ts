import type { Document } from '../event/document.ts';
import type { AuditEntry } from './audit-log.ts';

/** What is kept as small documents by kind and id, each version with who wrote it. */
export type DeskKind =
  | 'exception'
  | 'value-list'
  | 'rule-setting'
  | 'user'
  | 'api-key'
  | 'shipper-object'
  | 'notification'
  | 'examples'
  | 'file-position';

/** A document of the desk. */
export interface DeskEntry {
  readonly kind: DeskKind;
  readonly id: string;
  readonly document: Document;
  readonly by: string;
  readonly atMs: number;
}

/** Small documents that people or programs wrote: exceptions, lists, switches, accounts. */
export interface DeskStore {
  get(kind: DeskKind, id: string): Promise<DeskEntry | undefined>;
  /** @returns all of a kind in the order of their ids */
  list(kind: DeskKind): Promise<readonly DeskEntry[]>;
  /**
   * Writes a document in place of the one before. Of accounts, keys, what shippers wrote and the state of notifications no
   * earlier version is kept.
   *
   * @param audit its entry of the audit log, written with it or not at all
   */
  put(entry: DeskEntry, audit?: AuditEntry): Promise<void>;
  /**
   * @param audit its entry of the audit log; none is written when there is nothing to remove
   * @returns whether it was there
   */
  remove(kind: DeskKind, id: string, by: string, atMs: number, audit?: AuditEntry): Promise<boolean>;
  /** @returns versions, the newest first; a removal has no document */
  history(
    kind: DeskKind,
    id: string,
  ): Promise<readonly (Omit<DeskEntry, 'document'> & { readonly document: Document | undefined })[]>;
}
