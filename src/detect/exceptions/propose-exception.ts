import { formatTimestamp } from '../../base/time/timestamp.ts';
import { type Document, visitPath } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { Term } from '../alert.ts';
import { type EntryText, formatException } from './format-exception.ts';

/** Days a proposed exception lasts: long enough to mend the cause, short enough that somebody looks again. */
const PROPOSED_DAYS = 30;

/** Values of one field that are all asked for; more would tie the exception to one event. */
const MAX_VALUES = 3;

/** Day of a group, in rules that make one alert a day. */
const TIMESTAMP = '@timestamp';

/**
 * Fields that say who did what to whom. What differs from event to event (client ports, times, session ids, hashes of the
 * record) is not among them: an exception with those would never hold again.
 */
const TELLING_FIELDS = [
  'host.name',
  'user.name',
  'user.domain',
  'smb.share.name',
  'smb.file.path',
  'smb.pipe.name',
  'smb.rpc.interface',
  'smb.rpc.operation',
  'process.executable',
  'process.parent.executable',
  'file.path',
  'service.name',
  'winlog.event_data.ServiceName',
  'event.code',
] as const;

/** Who opened the connection to whom: the field to use, and what stands in for it in events that do not tell the sides. */
const SIDES = [
  ['client.ip', 'source.ip'],
  ['server.ip', 'destination.ip'],
  ['server.port', 'destination.port'],
] as const;

/** A record written the wrong way round has the client's own port as destination; ports from here on belong to clients. */
const FIRST_CLIENT_PORT = 32_768;

/** What a proposal is made from: an alert of a scan, or one that a store keeps. */
export interface ProposalSource {
  readonly id: string;
  readonly rule: { readonly id: string };
  readonly name: string;
  /** Times of the first and the last event, milliseconds; NaN without a time. */
  readonly originalTime: number;
  readonly lastTime: number;
  readonly document: Document;
  readonly memberCount: number;
  readonly members: readonly { readonly id: string }[];
  readonly group: { readonly terms: readonly Term[] } | undefined;
  readonly finding: { readonly key: readonly Term[] } | undefined;
}

/** What somebody has said already of the exception they want. */
export interface ProposalWishes {
  readonly owner?: string | undefined;
  readonly reason?: string | undefined;
  /** Time as TOML writes it, or `never`. */
  readonly expires?: string | undefined;
  /** The present in milliseconds: an exception that works from now on ends after now, however old the alert is. */
  readonly now?: number | undefined;
}

/**
 * "Make exception from this alert": an exception as narrow as the alert allows, for one rule, that ends
 * {@link PROPOSED_DAYS} days after the alert. Owner and reason are empty unless they are given, which the loader refuses
 * until somebody has filled them in.
 *
 * @param alert alert to silence from now on
 * @returns TOML of one exception
 */
export function proposeException(alert: ProposalSource, wishes: ProposalWishes = {}): string {
  const entries = entriesOf(alert);
  const { owner = '', reason = '', now } = wishes;
  const seen = Number.isFinite(alert.lastTime) ? alert.lastTime : alert.originalTime;
  const time = now === undefined ? seen : Math.max(now, Number.isFinite(seen) ? seen : now);
  const hasTime = Number.isFinite(time);
  return formatException({
    id: `${alert.rule.id}-${alert.id.slice(0, 8)}`,
    name: alert.name,
    rules: [alert.rule.id],
    owner,
    reason,
    expires: wishes.expires ?? (hasTime ? isoSecond(time + PROPOSED_DAYS * 86_400_000) : '""'),
    items: [{ entries }],
    remarks: {
      ...(owner === '' && { owner: 'Who answers for this exception? It does not load while this is empty.' }),
      ...(reason === '' && { reason: 'Why are these events harmless?' }),
      ...(wishes.expires === undefined && { expires: remarkOfEnd(hasTime, now !== undefined && time === now) }),
    },
  });
}

function remarkOfEnd(hasTime: boolean, isFromNow: boolean): string {
  if (!hasTime) return 'The alert has no time: when does this end? For example 2026-05-01T00:00:00Z';
  return `${PROPOSED_DAYS} days ${isFromNow ? 'from now' : 'after the alert'}`;
}

/** Group values of rules that count, else the telling fields of the event. */
function entriesOf(alert: ProposalSource): EntryText[] {
  const terms = alert.finding?.key ?? alert.group?.terms ?? [];
  const known = new Map<string, readonly string[]>();
  for (const { field, value } of terms) {
    // A day that alerts are kept apart by is over when the exception begins to work.
    if (fields.find(field) && field !== TIMESTAMP) known.set(field, [value]);
  }
  const isGroup = alert.memberCount > 1;
  for (const field of [...sidesOf(alert.document, known), ...TELLING_FIELDS]) {
    if (known.has(field)) continue;
    // The document of a group holds what is equal in all its members, so these fields narrow it further.
    const values = valuesAt(alert.document, field);
    if (values.length > 0 && values.length <= MAX_VALUES) known.set(field, values);
  }
  if (known.size === 0 && !isGroup) {
    const ids = alert.members.slice(0, 1).map((member) => member.id);
    if (ids.length > 0) known.set('smbastion.event.id', ids);
  }
  return [...known].flatMap(([field, values]) => values.map((value) => ({ field, operator: 'is', value }) as const));
}

/** Fields of the two sides, all of one kind: mixing them could name one side twice. */
function sidesOf(document: Document, known: ReadonlyMap<string, unknown>): string[] {
  const told = SIDES.some(([side]) => known.has(side) || valuesAt(document, side).length > 0);
  const named = SIDES.some(([, side]) => known.has(side));
  if (told && !named) return SIDES.map(([side]) => side);
  return SIDES.map(([, side]) => side).filter(
    (side) => side !== 'destination.port' || valuesAt(document, side).every((port) => Number(port) < FIRST_CLIENT_PORT),
  );
}

function valuesAt(document: Document, name: string): string[] {
  const found = new Set<string>();
  visitPath(document, fields.get(name).path, (value) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') found.add(String(value));
  });
  return [...found];
}

function isoSecond(ms: number): string {
  return formatTimestamp(Math.floor(ms / 1000) * 1000).replace('.000Z', 'Z');
}
