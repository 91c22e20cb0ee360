import { formatTimestamp } from '../../base/time/timestamp.ts';
import { fields } from '../../event/field.ts';
import { type EventView, firstText } from '../../event/view.ts';
import type { FindingPart } from '../rule.ts';
import { termText, tupleKey } from './field-tuple.ts';

const DAY_MS = 86_400_000;

/** Tells findings of one rule apart. */
export class FindingKey {
  private readonly ids: readonly (number | undefined)[];
  private readonly perDay: boolean;
  private day = Number.NaN;
  private dayText = '';

  constructor({ key, perDay }: Pick<FindingPart, 'key' | 'perDay'>) {
    this.ids = idsOf(key);
    this.perDay = perDay;
  }

  /**
   * @param time of the event, milliseconds; Infinity when it has none
   * @returns the finding that an event belongs to; undefined when a field of the key is absent
   */
  of(view: EventView, time: number): string | undefined {
    const values = textsOf(view, this.ids);
    if (values.includes(null)) return undefined;
    if (this.perDay) values.push(this.dayOf(time));
    return tupleKey(values as string[]);
  }

  private dayOf(time: number): string {
    const day = Math.floor(time / DAY_MS);
    if (day !== this.day) {
      this.day = day;
      this.dayText = formatTimestamp(day * DAY_MS).slice(0, 10) || '-';
    }
    return this.dayText;
  }
}

/** @returns numbers of the fields; undefined for a name outside the catalogue */
export function idsOf(names: readonly string[]): readonly (number | undefined)[] {
  return names.map((name) => fields.find(name)?.id);
}

/** First values as texts; null where an event has none. */
export function textsOf(view: EventView, ids: readonly (number | undefined)[]): (string | null)[] {
  const values: (string | null)[] = [];
  for (const id of ids) {
    const text = id === undefined ? undefined : firstText(view, id);
    values.push(text === undefined ? null : termText(text));
  }
  return values;
}
