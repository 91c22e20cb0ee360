import { formatTimestamp } from '../base/time/timestamp.ts';
import type { Field } from '../event/field.ts';
import type { EventView } from '../event/view.ts';

/** @returns all values of a field in one text, times as text; empty without one */
export function cellText(event: EventView, field: Field): string {
  const value = event.get(field.id);
  if (value === undefined) return '';
  const values = Array.isArray(value) ? value : [value];
  return values
    .map((one) => (field.type === 'date' && typeof one === 'number' ? formatTimestamp(one) : String(one)))
    .join(' ');
}

/** @returns fields by dotted name as documents spell their values: times as text, everything else as it is */
export function fieldsObject(event: EventView, columns: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.map((field) => {
      const value = event.get(field.id);
      return [field.name, field.type === 'date' && value !== undefined ? cellText(event, field) : value];
    }),
  );
}
