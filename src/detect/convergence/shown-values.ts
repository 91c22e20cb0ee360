/**
 * Values that alerts show of an event. Legs may match every start of a process, so whole events are not kept: only the
 * fields that the rule speaks of and those by which a reader recognises an event.
 */
import { type Document, type FieldValue, type Scalar, setPath } from '../../event/document.ts';
import { type FieldId, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { Rule } from '../rule.ts';

/** What tells a reader which event it is, where and who. */
const ALWAYS = [
  'event.dataset',
  'event.code',
  'event.action',
  'event.outcome',
  'host.name',
  'user.name',
  'user.domain',
  'user.id',
  'source.ip',
  'destination.ip',
  'client.ip',
  'server.ip',
  'winlog.logon.id',
];

/** Longest text and longest list kept: a command line can be 32,767 characters. */
const MAX_CHARS = 500;
const MAX_VALUES = 8;

const NAMES = /\{([\w@.$-]+)\}/g;

/** Takes the shown values from events and makes documents of them. */
export class ShownValues {
  private readonly ids: readonly FieldId[];

  /** @param rule a rule of type `convergence` */
  constructor(rule: Rule) {
    const names = new Set([...ALWAYS, ...rule.investigationFields]);
    const ways = rule.convergence?.ways ?? [];
    for (const { per, same, links, says } of ways) {
      for (const name of [...per, ...same, ...links.map(({ field }) => field)]) if (name !== undefined) names.add(name);
      for (const [, name] of says.matchAll(NAMES)) names.add(name!);
    }
    // A leg's field stands behind the leg's name.
    for (const [, name] of rule.reason.matchAll(NAMES)) names.add(name!).add(name!.slice(name!.indexOf('.') + 1));
    this.ids = [...names].flatMap((name) => fields.find(name)?.id ?? []);
  }

  /** @returns the values of an event, null where it has none */
  of(view: EventView): (Exclude<FieldValue, undefined> | null)[] {
    return this.ids.map((id) => {
      const value = view.get(id);
      if (value === undefined) return null;
      return typeof value === 'object' ? value.slice(0, MAX_VALUES).map(short) : short(value);
    });
  }

  /** @returns a document of values that {@link of} took */
  document(values: readonly (Exclude<FieldValue, undefined> | null)[]): Document {
    const document: Document = {};
    values.forEach((value, i) => {
      if (value !== null) setPath(document, fields.at(this.ids[i]!).path, value);
    });
    return document;
  }
}

function short(value: Scalar): Scalar {
  return typeof value === 'string' && value.length > MAX_CHARS ? `${value.slice(0, MAX_CHARS)}…` : value;
}
