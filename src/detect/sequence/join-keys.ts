import type { Scalar } from '../../event/document.ts';
import { type Field, fieldId } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { EqlKey } from '../../query/eql/eql-query.ts';
import type { Term } from '../alert.ts';
import { termText } from '../executors/field-tuple.ts';

/**
 * A value of a key as it is compared: by type and exact value, absent where that is allowed. In a list stands the name of a
 * host where the key is its id: agents write both, logs only the name, so rules made for agents would never fire.
 */
type KeyValue = Scalar | null | readonly [hostName: Scalar];

const HOST_ID = fieldId('host.id');
const HOST_NAME = fieldId('host.name');

/** @returns whether events without this field are told apart by the name of their host */
export function isHostId(field: Field | undefined): boolean {
  return field?.id === HOST_ID;
}

const NONE: readonly string[] = [];
const NO_FIELDS: readonly string[] = ['[]'];

/** Takes the keys of one step from events. */
export class JoinKeys {
  /** Events that took the name of their host as its id. */
  byHostName = 0;
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
    let byName = false;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      const value = field && view.get(field.id);
      if (value === undefined && optional[i] !== true) {
        const host = isHostId(field) ? view.get(HOST_NAME) : undefined;
        if (host === undefined) return NONE;
        byName = true;
        values.push([[bounded(typeof host === 'object' ? host[0]! : host)]]);
        continue;
      }
      const list = typeof value === 'object' ? [...new Set(value.map(bounded))] : [bounded(value ?? null)];
      values.push(list);
      total *= list.length;
    }
    if (byName) this.byHostName++;
    if (total === 1) return [JSON.stringify(values.map((list) => list[0]))];
    const count = Math.min(total, this.limit);
    if (total > count) this.onLimit(total - count);
    return Array.from({ length: count }, (_, number) => JSON.stringify(combination(values, number)));
  }

  /** @returns the name of the first field that an event would need to have a key */
  lacking(view: EventView): string | undefined {
    const { fields, optional } = this.key;
    const lacks = (field: Field) =>
      view.get(field.id) === undefined && !(isHostId(field) && view.get(HOST_NAME) !== undefined);
    return fields.find((field, i) => field && optional[i] !== true && lacks(field))?.name;
  }
}

/** @returns the fields of a key with its values, without those that are absent */
export function keyTerms(key: string, { fields }: EqlKey): Term[] {
  const values = JSON.parse(key) as KeyValue[];
  return fields.flatMap((field, i) => {
    const value = values[i];
    if (!field || value === undefined || value === null) return [];
    return Array.isArray(value)
      ? [{ field: 'host.name', value: String(value[0]) }]
      : [{ field: field.name, value: String(value) }];
  });
}

/** Keys stay in memory, so a very long text goes on as its beginning and a hash. */
function bounded<T extends Scalar | null>(value: T): T | string {
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
