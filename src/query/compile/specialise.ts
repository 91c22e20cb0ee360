import type { Scalar } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import type { Field } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { ALL, and, NONE, not, or, type Predicate } from '../predicate.ts';
import { compileMatcher } from './matcher.ts';

const NETWORKS = new Networks();

/**
 * What is left of a predicate when one field is known.
 *
 * @param value the only value of the field
 * @returns a predicate with the same answer for every event whose field has this value and no other
 * @throws REGEX-UNSAFE when an expression cannot be run in linear time
 */
export function specialise(predicate: Predicate, field: Field, value: Scalar): Predicate {
  switch (predicate.kind) {
    case 'and':
      return and(predicate.parts.map((part) => specialise(part, field, value)));
    case 'or':
      return or(predicate.parts.map((part) => specialise(part, field, value)));
    case 'not':
      return not(specialise(predicate.part, field, value));
    case 'all':
    case 'none':
    case 'anywhere':
    case 'compare':
    case 'computed':
    case 'nested':
      return predicate;
    default: {
      if (predicate.field !== field) return predicate;
      const event = new DocumentEvent(NETWORKS, { [field.name]: value });
      return compileMatcher(predicate)(event) ? ALL : NONE;
    }
  }
}
