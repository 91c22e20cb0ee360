/** Exceptions as the API gives them, with what they did. */
import { formatPlaced } from '../../base/error.ts';
import type { Exception } from '../../detect/exceptions/exception.ts';
import type { ExceptionBook, KeptException } from '../../detect/exceptions/exception-book.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import type { DeskEntry } from '../../store/desk-store.ts';
import type { ExceptionHits } from '../../store/run-store.ts';
import type { ExceptionSummary } from '../contract/exceptions.ts';

const DAY_MS = 86_400_000;
/** Long enough to ask its owner. */
const EXPIRING_MS = 7 * DAY_MS;
/** What silenced nothing for a month is a hole that nobody needs. */
const UNUSED_MS = 30 * DAY_MS;

/** What is known of exceptions beside their words. */
export interface ExceptionFacts {
  readonly hits: readonly ExceptionHits[];
  /** When the server began to count, of exceptions in files: they cannot be unused for longer than it runs. */
  readonly startedMs: number;
  readonly now: number;
}

/** @returns all exceptions, those of the store first */
export function exceptionSummaries(book: ExceptionBook, facts: ExceptionFacts): ExceptionSummary[] {
  const inStore = new Set(book.kept.map(({ exception }) => exception));
  const inFiles = book.exceptions.filter((exception) => !inStore.has(exception) && !exception.template);
  return [
    ...book.kept.map((kept) => keptSummary(kept, facts)),
    ...inFiles.map((exception) => toSummary(exception, undefined, facts)),
  ];
}

/** @returns one of the store in short */
export function keptSummary({ exception, entry }: KeptException, facts: ExceptionFacts): ExceptionSummary {
  return toSummary(exception, entry, facts);
}

function toSummary(exception: Exception, entry: DeskEntry | undefined, facts: ExceptionFacts): ExceptionSummary {
  const { id, name, rules, list, owner, reason, comment, expires, expiresText, place } = exception;
  const { now } = facts;
  const own = facts.hits.filter(({ exceptionId }) => exceptionId === id);
  const last = own.length === 0 ? undefined : Math.max(...own.map(({ lastMs }) => lastMs));
  return {
    id,
    name,
    rules,
    list,
    owner,
    reason,
    comment,
    expires: expiresText,
    keptIn: entry ? 'store' : 'file',
    ...(entry ? { by: entry.by, atMs: entry.atMs } : { file: place.file }),
    hits: own.reduce((sum, { count }) => sum + count, 0),
    lastHitMs: last,
    isExpired: expires <= now,
    isExpiring: expires > now && expires <= now + EXPIRING_MS,
    isUnused: (last ?? entry?.atMs ?? facts.startedMs) <= now - UNUSED_MS,
  };
}

/** @returns a remark with its place, as the command line shows it */
export function remarkText({ code, message, place }: Diagnostic): string {
  return formatPlaced(code, message, place);
}
