import { parseDecimal } from '../../event/document-event-value.ts';
import type { FieldId } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { CorrelationMember, SigmaCorrelation } from '../../query/sigma/correlation.ts';
import { FieldTuple, firstValue, tupleKey } from '../executors/field-tuple.ts';
import type { ItemPart } from './correlation-item.ts';

/** What one rule of a correlation contributes with an event, or why it contributes nothing. */
export type MemberPart = Omit<ItemPart, 'input'> | 'no group' | 'no value';

const idsOf = (lists: CorrelationMember['fields']) => lists.map((list) => list.map(({ id }) => id));

/** Takes groups and values of one rule of a correlation from events. */
export class MemberValues {
  private readonly definition: SigmaCorrelation;
  private readonly limit: number;
  private readonly onLimit: (count: number) => void;
  private readonly groups: FieldTuple;
  private readonly values: FieldTuple;
  private readonly numbers: readonly FieldId[];

  /**
   * @param limit groups, and values, of one event whose fields have several values
   * @param onLimit called with the number of those left out
   */
  constructor(
    definition: SigmaCorrelation,
    member: CorrelationMember,
    limit: number,
    onLimit: (count: number) => void,
  ) {
    this.definition = definition;
    this.limit = limit;
    this.onLimit = onLimit;
    this.groups = new FieldTuple(definition.groupBy, limit, onLimit, idsOf(member.groupBy));
    this.values = new FieldTuple(definition.fields, limit, onLimit, idsOf(member.fields));
    this.numbers = idsOf(member.fields)[0] ?? [];
  }

  of(view: EventView): MemberPart {
    const groups: string[] = [];
    // JSON also for one field: a group of no fields has a text as well.
    if (!this.groups.each(view, (tuple) => groups.push(JSON.stringify(tuple)))) return 'no group';
    const values = this.valuesOf(view);
    return values ? { groups, values } : 'no value';
  }

  private valuesOf(view: EventView): (string | number)[] | undefined {
    const { fields, type } = this.definition;
    if (fields.length === 0) return [];
    if (type === 'value_count') {
      const tuples: string[] = [];
      return this.values.each(view, (tuple) => tuples.push(tupleKey(tuple))) ? tuples : undefined;
    }
    const value = firstValue(view, this.numbers);
    if (value === undefined) return undefined;
    const all = typeof value === 'object' ? value : [value];
    if (all.length > this.limit) this.onLimit(all.length - this.limit);
    const numbers = all.slice(0, this.limit).flatMap((one) => {
      const number = typeof one === 'number' ? one : parseDecimal(String(one));
      return number === undefined ? [] : [number];
    });
    return numbers.length > 0 ? numbers : undefined;
  }
}
