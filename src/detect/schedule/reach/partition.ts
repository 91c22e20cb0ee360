/**
 * Fields that divide the events of a rule into parts which have nothing to do with each other: the group of a threshold, the
 * keys of a sequence, the host of a convergence. A run reads back only the parts that its new events belong to.
 */
import { parseCidr } from '../../../base/address/cidr.ts';
import type { Scalar } from '../../../event/document.ts';
import { type Field, fields } from '../../../event/field.ts';
import type { EventView } from '../../../event/view.ts';
import { and, or, type Predicate } from '../../../query/predicate.ts';
import type { Alert, Term } from '../../alert.ts';
import { correlationTree } from '../../correlation/correlation-tree.ts';
import type { Rule } from '../../rule.ts';
import { type EngineLimits, engineLimits } from '../../scan/limits.ts';
import { legKeys } from '../../sequence/sequence-part.ts';

/** Values of one field that a condition may list; with more, all parts are read. */
const MAX_VALUES = 64;
/** Longer values are not compared one by one. */
const MAX_CHARS = 512;

/** One dividing value: the field that holds it in the events of each leg (one entry for a rule without legs). */
interface Divider {
  readonly fields: readonly Field[];
  readonly fold: boolean;
}

/** What tells of an alert which group it is about. */
export interface About {
  readonly group?: { readonly terms: readonly Term[] } | undefined;
  readonly finding?: { readonly key: readonly Term[] } | undefined;
  readonly sequence?: { readonly keys: readonly Term[] } | undefined;
}

/** The parts some events belong to: values by divider, undefined where all are meant. */
export type Parts = readonly (ReadonlySet<Scalar> | undefined)[];

/** Divides the events of one rule. */
export class Partition {
  private readonly dividers: readonly Divider[];
  private readonly predicates: readonly Predicate[];
  private readonly isSuppressed: boolean;
  private readonly maxGroups: number;

  /** @param limits `value-combinations` is what executors count of one event, too */
  constructor(rule: Rule, limits: Partial<EngineLimits> = {}) {
    this.maxGroups = engineLimits(limits)['value-combinations'];
    this.predicates = predicatesOf(rule);
    this.dividers = dividersOf(rule).filter((divider) => divider.fields.every(isComparable));
    this.isSuppressed = rule.suppression !== undefined;
  }

  /** @returns the parts that events belong to */
  partsOf(views: Iterable<EventView>): Parts {
    const values = this.dividers.map((): Set<Scalar> | undefined => new Set());
    for (const view of views) {
      this.dividers.forEach((divider, i) => {
        const found = values[i] && valuesOf(view, divider);
        // Absent is a value of its own where alerts are suppressed; elsewhere such an event belongs to no part.
        const isOpen =
          found?.length === 0 ? this.isSuppressed : found?.every((value) => isListed(value, divider)) !== true;
        if (isOpen) values[i] = undefined;
        else for (const value of found!) values[i]!.add(value);
        if (values[i] && values[i].size > MAX_VALUES) values[i] = undefined;
      });
    }
    return values;
  }

  /** @returns the groups an event is in: it shares one with each event that can matter to it */
  groupsOf(view: EventView): readonly string[] {
    let groups = [''];
    for (const divider of this.dividers) {
      const values = new Set(valuesOf(view, divider).map((value) => nameOf(String(value), divider)));
      if (values.size === 0 && !this.isSuppressed) return [];
      if (values.size === 0) values.add('');
      groups = groups.flatMap((group) => [...values].map((value) => `${group} ${value}`)).slice(0, this.maxGroups);
    }
    return groups;
  }

  /** @returns the group an alert is about; undefined when it does not say all of it */
  groupOf(alert: About): string | undefined {
    let group = '';
    for (const divider of this.dividers) {
      const term = termOf(alert, divider);
      if (term === undefined || !isListed(term, divider)) return undefined;
      group += ` ${nameOf(term, divider)}`;
    }
    return group;
  }

  /** @returns the condition of events of the rule that belong to the parts */
  within(parts: Parts): Predicate {
    return or(
      this.predicates.map((predicate, leg) => {
        const conditions = this.dividers.map((divider, i): Predicate => {
          const values = parts[i];
          return values
            ? isOneOf(divider.fields[leg] ?? divider.fields[0]!, [...values], divider.fold)
            : { kind: 'all' };
        });
        return and([...conditions, predicate]);
      }),
    );
  }

  /** @returns whether an alert is of these parts; one of another part may rest on some of its events only */
  holds(alert: Alert, parts: Parts): boolean {
    return this.dividers.every((divider, i) => {
      const values = parts[i];
      const term = termOf(alert, divider);
      if (!values || term === undefined) return true;
      for (const value of values) {
        const text = String(value);
        if (text === term || (divider.fold && text.toLowerCase() === term.toLowerCase())) return true;
      }
      return false;
    });
  }
}

/** What an alert says of a divider. */
function termOf({ group, finding, sequence }: About, { fields: own }: Divider): string | undefined {
  const terms = group?.terms ?? finding?.key ?? sequence?.keys ?? [];
  return terms.find(({ field }) => own.some(({ name }) => name === field))?.value;
}

function nameOf(value: string, { fold }: Divider): string {
  return JSON.stringify(fold ? value.toLowerCase() : value);
}

/** @returns conditions of a rule's events, one a leg; events that only show what is collected are left out */
export function predicatesOf(rule: Rule): readonly Predicate[] {
  if (rule.legs.length === 0) {
    const join = rule.finding?.join;
    return [join ? or([rule.predicate, join]) : rule.predicate];
  }
  return rule.legs.filter(({ isSight = false }) => !isSight).map(({ predicate }) => predicate);
}

function dividersOf(rule: Rule): readonly Divider[] {
  const { threshold, finding, sequence, correlation, convergence, suppression } = rule;
  if (convergence) {
    return convergence.per.flatMap((_, i) => {
      const own = known(convergence.ways.map(({ per }) => per[i]!));
      return own.length === convergence.ways.length ? [{ fields: own, fold: true }] : [];
    });
  }
  if (sequence) {
    const keys = legKeys(sequence);
    return (keys[0]?.fields ?? []).flatMap((_, i) => {
      const own = keys.map(({ fields: names }) => names[i]);
      if (keys.some(({ optional }) => optional[i] === true) || own.includes(undefined)) return [];
      return suppression ? [] : [{ fields: own as Field[], fold: false }];
    });
  }
  if (correlation) {
    const tree = correlationTree(correlation.correlation);
    if (typeof tree === 'string' || tree.stages.length !== 1 || suppression) return [];
    return correlation.correlation.definition.groupBy.flatMap((_, i) => {
      const own = tree.legs.map(({ member }) => member.groupBy[i] ?? []);
      return own.every(({ length }) => length === 1) ? [{ fields: own.map(([field]) => field!), fold: false }] : [];
    });
  }
  const names =
    threshold?.field ??
    rule.volume?.key ??
    (finding ? sharedBy(finding.key, finding.raise) : (suppression?.groupBy ?? []));
  const shared = threshold && suppression ? names.filter((name) => suppression.groupBy.includes(name)) : names;
  return known(shared).map((field) => ({ fields: [field], fold: false }));
}

function sharedBy(key: readonly string[], raises: readonly { readonly groupBy: readonly string[] }[]): string[] {
  return key.filter((name) => raises.every(({ groupBy }) => groupBy.includes(name)));
}

function known(names: readonly string[]): Field[] {
  return names.flatMap((name) => fields.find(name) ?? []);
}

function isComparable({ type }: Field): boolean {
  return type === 'keyword' || type === 'wildcard' || type === 'ip' || type === 'long' || type === 'boolean';
}

function valuesOf(view: EventView, { fields: own }: Divider): Scalar[] {
  const found: Scalar[] = [];
  for (const { id } of new Set(own)) {
    const value = view.get(id);
    if (value !== undefined) found.push(...(typeof value === 'object' ? value : [value]));
  }
  return found;
}

/** Whether a condition can name the value: not too long, and folded as the rules fold it, which are not only A–Z. */
function isListed(value: Scalar, { fold }: Divider): boolean {
  if (typeof value !== 'string') return true;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant.
  return value.length <= MAX_CHARS && (!fold || /^[\x00-\x7f]*$/.test(value));
}

/** @returns the condition that a field has one of some values */
export function isOneOf(field: Field, values: readonly Scalar[], fold: boolean): Predicate {
  if (field.type === 'ip')
    return { kind: 'cidr', field, nets: values.flatMap((text) => parseCidr(String(text)) ?? []) };
  return { kind: 'oneOf', field, values, fold };
}
