import type { Scalar } from './document.ts';
import type { FieldId } from './field.ts';

/** What is known of an event before it is decoded; the same object for all events of a kind. */
export interface EventFacts {
  /** @returns the values a field is known to have, or undefined when it is not known */
  known(field: FieldId): readonly Scalar[] | undefined;
  /** @returns false when the event cannot have the field */
  canHave(field: FieldId): boolean;
}
