import type { Document } from '../event/document.ts';

/** An entry of the audit log. */
export interface AuditEntry {
  readonly atMs: number;
  readonly by: string;
  /** What was done, such as `rule.disable`. */
  readonly action: string;
  readonly details: Document;
}

/** An entry as it was written: its number from 1 and its hash over itself and the hash before it. */
export interface StoredAuditEntry extends AuditEntry {
  readonly number: number;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/** Who changed what: entries are only added. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  /**
   * @param below number that all entries lie below; the end of the log unless given
   * @returns entries, the newest first
   */
  entries(limit: number, below?: number): Promise<readonly StoredAuditEntry[]>;
  /** @returns the first entry whose hash or number is not what it should be, or undefined when all are as they were written */
  firstForged(): Promise<StoredAuditEntry | undefined>;
}
