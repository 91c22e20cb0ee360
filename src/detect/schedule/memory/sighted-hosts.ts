/**
 * Hosts from which events of the rare leg are collected. Where they are not, the rule judges a leg that stands in for it, and
 * that one is never rare; so a rule remembers which hosts it need not look at.
 */
import { SIGHT_HOURS } from '../../convergence/sightings.ts';
import { type Field, fields } from '../../../event/field.ts';
import { or, type Predicate } from '../../../query/predicate.ts';
import type { EventQuery } from '../../../store/event-store.ts';
import type { Rule } from '../../rule.ts';
import type { Parts } from '../reach/partition.ts';
import type { SeenHost, ToldAlert } from './rule-state.ts';
import type { RunReader } from '../reading/run-reader.ts';
import type { Stretch } from '../reach/stretches.ts';

/** So long an event shows that others of its kind would have been seen, before it and behind it. */
const AROUND_MS = SIGHT_HOURS * 3_600_000;
/** Hosts asked for in one run. */
const HOSTS_AT_ONCE = 10_000;

/** See the head of this file. */
export class SightedHosts {
  /** Field of the host; undefined when the leg is never blind, or nothing stands in for it. */
  readonly field: Field | undefined;
  /** Ways of the legs that stand in. */
  readonly standIns: readonly number[];
  private readonly sights: Predicate;
  private readonly hosts: Map<string, SeenHost>;

  constructor(rule: Rule, written: readonly SeenHost[]) {
    const part = rule.convergence!;
    const sights = new Set(part.legs[part.anchor]!.ways.flatMap((way) => part.ways[way]!.sight ?? []));
    this.sights = or([...sights].map((sight) => rule.legs[part.ways.length + sight]!.predicate));
    const legs = part.grades.flatMap(({ legs: asked }) => (asked.includes(part.anchor) ? [] : asked.slice(0, 1)));
    this.standIns = [...new Set(legs)].flatMap((leg) => part.legs[leg]!.ways);
    this.field = sights.size > 0 && this.standIns.length > 0 ? fields.find(part.per[0]!) : undefined;
    this.hosts = new Map(written.map((host) => [host[0], host]));
  }

  /** Remembers the hosts of which new events came, with the stretch of time of all new events. */
  async learn(reader: RunReader, which: Omit<EventQuery, 'predicate'>, { from, to }: Stretch): Promise<void> {
    if (!this.field) return;
    const query = reader.bounded({ predicate: this.sights, ...which });
    for (const { value } of await reader.events.topValues(query, this.field, HOSTS_AT_ONCE)) {
      const host = String(value).toLowerCase();
      const known = this.hosts.get(host);
      this.hosts.delete(host);
      this.hosts.set(host, [host, Math.min(known?.[1] ?? from, from), Math.max(known?.[2] ?? to, to)]);
    }
  }

  isSighted(name: string, { from, to }: Stretch): boolean {
    const host = this.hosts.get(name.toLowerCase());
    return host !== undefined && from >= host[1] - AROUND_MS && to <= host[2] + AROUND_MS;
  }

  /** @returns what is known, those seen last, to go on with later */
  write(): readonly SeenHost[] {
    return [...this.hosts.values()].slice(-HOSTS_AT_ONCE);
  }
}

/** @returns the parts an alert that was told belongs to; undefined when it says nothing of them, or they are not asked for */
export function aboutHost(rule: Rule, told: ToldAlert, asked?: Parts): Parts | undefined {
  if (told.about === undefined) return undefined;
  const terms = JSON.parse(told.about) as [field: string, value: string][];
  const count = rule.convergence!.per.length;
  if (terms.length < count) return undefined;
  const isAsked = asked?.every((values, i) => {
    const value = terms[i]![1].toLowerCase();
    return !values || [...values].some((one) => String(one).toLowerCase() === value);
  });
  return isAsked === false ? undefined : terms.slice(0, count).map(([, value]) => new Set([value]));
}
