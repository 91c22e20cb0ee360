/**
 * Values that alerts show of an event. Legs may match every start of a process, so whole events are not kept: only the
 * fields that the rule speaks of and those by which a reader recognises an event.
 */
import { type Document, type FieldValue, type Scalar, setPath } from '../../event/document.ts';
import { type FieldId, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { Rule } from '../rule.ts';
import type { ConvergenceEvent } from './convergence-event.ts';

/** What tells a reader which event it is, where and who. */
const ALWAYS = ['event.dataset', 'event.code', 'host.name', 'user.name', 'user.domain', 'client.ip', 'server.ip'];

/** Longest text and longest list kept: a command line can be 32,767 characters. */
const MAX_CHARS = 500;
const MAX_VALUES = 8;

const NAMES = /\{([\w@.$-]+)\}/g;

/**
 * Takes the shown values from events and makes documents of them. Of a leg that counts, hundreds of events a second may
 * pass: they keep what is counted and said, the others what the rule shows first as well.
 */
export class ShownValues {
  private readonly byWay: readonly (readonly FieldId[])[];

  /** @param rule a rule of type `convergence` */
  constructor(rule: Rule) {
    this.byWay = askedOfWays(rule).map((names) => names.flatMap((name) => fields.find(name)?.id ?? []));
  }

  /** @returns the values of an event of a way, null where it has none */
  of(view: EventView, way: number): (Exclude<FieldValue, undefined> | null)[] {
    return this.byWay[way]!.map((id) => {
      const value = view.get(id);
      if (value === undefined) return null;
      return typeof value === 'object' ? value.slice(0, MAX_VALUES).map(short) : short(value);
    });
  }

  /** @returns a document of the values that {@link of} took */
  document({ way, values }: ConvergenceEvent): Document {
    const document: Document = {};
    values.forEach((value, i) => {
      if (value !== null) setPath(document, fields.at(this.byWay[way]![i]!).path, value);
    });
    return document;
  }
}

/** @returns for each way of a rule the names of the fields that are taken from its events: to judge them and to show them */
export function askedOfWays({ reason, investigationFields, convergence }: Rule): readonly (readonly string[])[] {
  // A leg's field stands behind the leg's name.
  const ofReason = placeholders(reason).flatMap((name) => [name, name.slice(name.indexOf('.') + 1)]);
  return (convergence?.ways ?? []).map(({ per, same, links, distinct, count, says }) => {
    const names = [...ALWAYS, ...per, ...same, ...links.map(({ field }) => field), ...distinct, ...placeholders(says)];
    const more = count > 1 ? [] : [...investigationFields, ...ofReason];
    return [...new Set([...names, ...more])].filter((name) => name !== undefined);
  });
}

function placeholders(text: string): string[] {
  return [...text.matchAll(NAMES)].map((match) => match[1]!);
}

function short(value: Scalar): Scalar {
  return typeof value === 'string' && value.length > MAX_CHARS ? `${value.slice(0, MAX_CHARS)}…` : value;
}
