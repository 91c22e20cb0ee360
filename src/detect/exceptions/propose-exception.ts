import { formatTimestamp } from '../../base/time/timestamp.ts';
import { type Document, visitPath } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { Alert } from '../alert.ts';
import { type EntryText, formatException } from './format-exception.ts';

/** Days a proposed exception lasts: long enough to mend the cause, short enough that somebody looks again. */
export const PROPOSED_DAYS = 30;

/** Values of one field that are all asked for; more would tie the exception to one event. */
const MAX_VALUES = 3;

/**
 * Fields that say who did what to whom. What differs from event to event (client ports, times, session ids, hashes of the
 * record) is not among them: an exception with those would never hold again.
 */
const TELLING_FIELDS = [
  'source.ip',
  'destination.ip',
  'destination.port',
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

/**
 * "Make exception from this alert": an exception as narrow as the alert allows, for one rule, that ends
 * {@link PROPOSED_DAYS} days after the alert. Owner and reason are empty, which the loader refuses until somebody has
 * filled them in.
 *
 * @param alert alert to silence from now on
 * @returns TOML of one exception
 */
export function proposeException(alert: Alert): string {
  const entries = entriesOf(alert);
  const time = Number.isFinite(alert.lastTime) ? alert.lastTime : alert.originalTime;
  const hasTime = Number.isFinite(time);
  return formatException({
    id: `${alert.rule.id}-${alert.id.slice(0, 8)}`,
    name: alert.name,
    rules: [alert.rule.id],
    owner: '',
    reason: '',
    expires: hasTime ? isoSecond(time + PROPOSED_DAYS * 86_400_000) : '""',
    items: [{ entries }],
    remarks: {
      owner: 'Who answers for this exception? It does not load while this is empty.',
      reason: 'Why are these events harmless?',
      expires: hasTime
        ? `${PROPOSED_DAYS} days after the alert`
        : 'The alert has no time: when does this end? For example 2026-05-01T00:00:00Z',
    },
  });
}

/** Group values of rules that count, else the telling fields of the event. */
function entriesOf(alert: Alert): EntryText[] {
  const terms = alert.finding?.key ?? alert.group?.terms ?? [];
  const known = new Map<string, readonly string[]>();
  for (const { field, value } of terms) if (fields.find(field)) known.set(field, [value]);
  const isGroup = alert.memberCount > 1;
  for (const field of TELLING_FIELDS) {
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
