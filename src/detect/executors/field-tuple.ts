import { stableId } from '../../base/hash.ts';
import { ownCopy } from '../../base/text/own-copy.ts';
import type { FieldValue, Scalar } from '../../event/document.ts';
import { type FieldId, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { Term } from '../alert.ts';

/** Characters of a value that groups are told apart by; longer ones go on as a hash. Groups stay in memory. */
const MAX_TERM_CHARS = 1024;

/** Values of several fields of one event, taken together. */
export type Tuple = readonly string[];

/** Takes tuples of values from events: a field with several values gives each combination once. */
export class FieldTuple {
  readonly names: readonly string[];
  private readonly ids: readonly (readonly FieldId[])[];
  private readonly limit: number;
  private readonly onLimit: (count: number) => void;

  /**
   * @param names field names; one outside the catalogue is absent from every event
   * @param limit combinations of one event
   * @param onLimit called with the number of combinations left out
   * @param sources for each name the fields that may hold its value, of which the first present one counts; the field of
   *   that name unless given
   */
  constructor(
    names: readonly string[],
    limit: number,
    onLimit: (count: number) => void,
    sources?: readonly (readonly FieldId[])[],
  ) {
    this.names = names;
    this.ids = sources ?? names.map((name) => fieldIds(name));
    this.limit = limit;
    this.onLimit = onLimit;
  }

  /**
   * @param visit called for each combination
   * @returns false when a field is absent; then nothing was called
   */
  each(view: EventView, visit: (tuple: Tuple) => void): boolean {
    const values: FieldValue[] = [];
    let isSingle = true;
    for (const ids of this.ids) {
      const value = firstValue(view, ids);
      if (value === undefined) return false;
      if (typeof value === 'object') isSingle = false;
      values.push(value);
    }
    if (isSingle) visit(values.map((value) => termText(value as Scalar)));
    else this.combine(values.map(distinctTexts), visit);
    return true;
  }

  /** @returns the text of a tuple of one field that has one value; undefined for others, which {@link each} takes */
  single(view: EventView): string | undefined {
    if (this.ids.length !== 1) return undefined;
    const value = firstValue(view, this.ids[0]!);
    return value === undefined || typeof value === 'object' ? undefined : termText(value);
  }

  /** @returns the terms of a tuple, for alerts */
  termsOf(tuple: Tuple): Term[] {
    return this.names.map((field, i) => ({ field, value: tuple[i]! }));
  }

  private combine(values: readonly (readonly string[])[], visit: (tuple: Tuple) => void): void {
    const total = values.reduce((product, list) => product * list.length, 1);
    const count = Math.min(total, this.limit);
    if (total > count) this.onLimit(total - count);
    for (let number = 0; number < count; number++) {
      let rest = number;
      visit(
        values.map((list) => {
          const value = list[rest % list.length]!;
          rest = Math.floor(rest / list.length);
          return value;
        }),
      );
    }
  }
}

function fieldIds(name: string): FieldId[] {
  const field = fields.find(name);
  return field ? [field.id] : [];
}

/** @returns what the first of some fields holds that holds anything */
export function firstValue(view: EventView, ids: readonly FieldId[]): FieldValue {
  for (const id of ids) {
    const value = view.get(id);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** @returns the value as text; a very long one as its beginning and a hash, so that different ones stay different */
export function termText(value: Scalar): string {
  const text = String(value);
  return text.length <= MAX_TERM_CHARS ? text : `${ownCopy(text.slice(0, MAX_TERM_CHARS))}…${stableId([text])}`;
}

function distinctTexts(value: FieldValue): string[] {
  const list: readonly Scalar[] = typeof value === 'object' ? value : [value!];
  return [...new Set(list.map(termText))].sort();
}

/** @returns one text for a tuple; two different tuples never give the same */
export function tupleKey(tuple: Tuple): string {
  return tuple.length === 1 ? tuple[0]! : JSON.stringify(tuple);
}

/** @returns the tuple of a key that {@link tupleKey} made for that many fields */
export function tupleOf(key: string, size: number): Tuple {
  return size === 1 ? [key] : (JSON.parse(key) as string[]);
}
