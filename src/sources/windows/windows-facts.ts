import { derivedMayHave } from '../../event/derive/needs.ts';
import type { Scalar } from '../../event/document.ts';
import type { EventFacts } from '../../event/event-facts.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import { rawField } from './raw-data.ts';
import { windowsKind } from './windows-mapping.ts';

const CODES = ['event.code', 'winlog.event_id'].map((name) => fieldId(name));
const PROVIDERS = ['event.provider', 'winlog.provider_name'].map((name) => fieldId(name));
const CHANNEL = fieldId('winlog.channel');

/** Fields that only some exporters give, beside those of the mapping. */
export const EXPORTED_FIELDS: readonly FieldId[] = [
  'event.timezone',
  'winlog.user.name',
  'winlog.user.domain',
  'winlog.user.type',
].map((name) => fieldId(name));

/**
 * What an event may say beyond the mapping of its kind: nothing, as a record of an event log; a few fields of its
 * exporter; or anything, as a document of ECS that has its own values.
 */
export type Freedom = 'none' | 'exporter' | 'any';

/** What channel, provider and id say of an event before its values are decoded. */
export function factsOf(
  channel: string | undefined,
  provider: string | undefined,
  eventId: number,
  freedom: Freedom = 'none',
): EventFacts {
  const kind = windowsKind(channel, provider, eventId);
  const known = new Map<FieldId, readonly Scalar[]>(freedom === 'any' ? [] : kind.known);
  for (const id of CODES) known.set(id, [String(eventId)]);
  if (provider !== undefined) for (const id of PROVIDERS) known.set(id, [provider]);
  if (channel !== undefined) known.set(CHANNEL, [channel]);
  if (freedom === 'any') return { known: (field) => known.get(field), canHave: () => true };
  const isOwn = (field: FieldId) =>
    kind.reads[field] !== undefined ||
    rawField(field) !== null ||
    (freedom === 'exporter' && EXPORTED_FIELDS.includes(field));
  const mayHave = derivedMayHave(isOwn, (field) => known.get(field));
  return { known: (field) => known.get(field), canHave: (field) => isOwn(field) || mayHave(field) };
}

/** Kinds whose facts are kept; real evidence has some hundreds. */
const MAX_KINDS = 5000;

const kept = new Map<string, EventFacts>();
let lastChannel: string | undefined;
let lastProvider: string | undefined;
let lastFacts = new Map<number, EventFacts>();

/** @returns the facts of a kind of records of event logs, always the same object; undefined when there are too many kinds */
export function keptFacts(
  channel: string | undefined,
  provider: string | undefined,
  eventId: number,
): EventFacts | undefined {
  if (channel !== lastChannel || provider !== lastProvider) {
    lastFacts = new Map();
    lastChannel = channel;
    lastProvider = provider;
  }
  let facts = lastFacts.get(eventId);
  if (facts) return facts;
  const key = `${eventId}\n${channel ?? ''}\n${provider ?? ''}`;
  facts = kept.get(key);
  if (!facts) {
    if (kept.size >= MAX_KINDS) return undefined;
    facts = factsOf(channel, provider, eventId);
    kept.set(key, facts);
  }
  lastFacts.set(eventId, facts);
  return facts;
}
