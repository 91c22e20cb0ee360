/**
 * What the server keeps. One store holds all of it, so that what a run of a rule found, what it remembers and that it ran are
 * written together or not at all.
 *
 * Every event gets a *position*, a number that grows in the order in which events were stored. A rule remembers the position up
 * to which it has seen everything, so that nothing is skipped or lost, however late an event comes and whatever clock is wrong.
 */
import type { AlertStore } from './alert-store.ts';
import type { AuditLog } from './audit-log.ts';
import type { DeadLetterStore } from './dead-letter-store.ts';
import type { DeskStore } from './desk-store.ts';
import type { EventStore } from './event-store.ts';
import type { RunStore } from './run-store.ts';
import type { StoreMaintenance } from './store-maintenance.ts';

/**
 * A store of the server.
 *
 * @public
 */
export interface Store {
  readonly events: EventStore;
  readonly alerts: AlertStore;
  readonly desk: DeskStore;
  readonly runs: RunStore;
  readonly audit: AuditLog;
  readonly deadLetters: DeadLetterStore;
  /** Takes out events, and alerts with their history, for good: all or nothing. Ids that are not there do not matter. */
  forget(what: { readonly events: readonly string[]; readonly alerts: readonly string[] }): Promise<void>;
  readonly maintenance: StoreMaintenance;
  close(): Promise<void>;
}
