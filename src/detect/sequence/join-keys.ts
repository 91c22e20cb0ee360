import type { Scalar } from '../../event/document.ts';
import type { EventView } from '../../event/view.ts';
import type { EqlKey } from '../../query/eql/eql-query.ts';
import type { Term } from '../alert.ts';
import { termText } from '../executors/field-tuple.ts';

/** A value of a key as it is compared: by type and exact value, absent where that is allowed. */
type KeyValue = Scalar | null;

const NONE: readonly string[] = [];
const NO_FIELDS: readonly string[] = ['[]'];

/** Takes the keys of one step from events. */
export class JoinKeys {
  private readonly key: EqlKey;
  private readonly limit: number;
  private readonly onLimit: (count: number) => void;

  /**
   * @param limit keys one event may have when fields have several values
   * @param onLimit called with the number of keys left out
   */
  constructor(key: EqlKey, limit: number, onLimit: (count: number) => void) {
    this.key = key;
    this.limit = limit;
    this.onLimit = onLimit;
  }

  /** @returns one text for each key of the event; none when it lacks a field that is not optional */
  of(view: EventView): readonly string[] {
    const { fields, optional } = this.key;
    if (fields.length === 0) return NO_FIELDS;
    const values: (readonly KeyValue[])[] = [];
    let total = 1;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      const value = field && view.get(field.id);
      if (value === undefined && optional[i] !== true) return NONE;
      const list = typeof value === 'object' ? [...new Set(value.map(bounded))] : [bounded(value ?? null)];
      values.push(list);
      total *= list.length;
    }
    if (total === 1) return [JSON.stringify(values.map((list) => list[0]))];
    const count = Math.min(total, this.limit);
    if (total > count) this.onLimit(total - count);
    return Array.from({ length: count }, (_, number) => JSON.stringify(combination(values, number)));
  }

  /** @returns the name of the first field that an event would need to have a key */
  lacking(view: EventView): string | undefined {
    const { fields, optional } = this.key;
    return fields.find((field, i) => field && optional[i] !== true && view.get(field.id) === undefined)?.name;
  }
}

/** @returns the fields of a key with its values, without those that are absent */
export function keyTerms(key: string, { fields }: EqlKey): Term[] {
  const values = JSON.parse(key) as KeyValue[];
  return fields.flatMap((field, i) => {
    const value = values[i];
    return field && value !== undefined && value !== null ? [{ field: field.name, value: String(value) }] : [];
  });
}

/** Keys stay in memory, so a very long text goes on as its beginning and a hash. */
function bounded(value: KeyValue): KeyValue {
  return typeof value === 'string' ? termText(value) : value;
}

function combination(values: readonly (readonly KeyValue[])[], number: number): KeyValue[] {
  let rest = number;
  return values.map((list) => {
    const value = list[rest % list.length]!;
    rest = Math.floor(rest / list.length);
    return value;
  });
}
