import { fields } from '../../event/field.ts';
import { requiredValues } from '../../query/compile/required.ts';
import { or } from '../../query/predicate.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { Rule } from '../rule.ts';
import { predicatesOf } from './reach/partition.ts';

/** A rule whose datasets delivered nothing for so long is blind, not healthy. */
export const QUIET_AFTER_MS = 24 * 3_600_000;
/** Datasets asked for; a site has some dozens. */
const MAX_DATASETS = 10_000;

const DATASET = fields.get('event.dataset');
const INGESTED = fields.get('event.ingested');

/** @returns datasets of which something was stored since a time, in small letters */
export async function datasetsSince(events: EventStore, sinceMs: number): Promise<ReadonlySet<string>> {
  const predicate = { kind: 'range' as const, field: INGESTED, op: '>=' as const, value: sinceMs };
  const values = await events.topValues({ predicate }, DATASET, MAX_DATASETS);
  return new Set(values.map(({ value }) => String(value).toLowerCase()));
}

/** @returns datasets a rule needs one of; empty for a rule that does not say */
export function datasetsOf(rule: Rule): readonly string[] {
  if (rule.datasets.length > 0) return rule.datasets;
  return [...(requiredValues(or(predicatesOf(rule)), DATASET) ?? [])].map(String).sort();
}

/** @returns whether none of the datasets a rule needs delivered anything */
export function isBlind(rule: Rule, delivered: ReadonlySet<string>): boolean {
  const needed = datasetsOf(rule).map((name) => name.toLowerCase());
  if (needed.length === 0) return false;
  return !needed.some((name) => {
    if (!name.includes('*')) return delivered.has(name);
    const [start = '', end = ''] = name.split('*', 2);
    return [...delivered].some((one) => one.startsWith(start) && one.endsWith(end));
  });
}
