import type { GlobPart } from '../../base/glob.ts';
import { ALL, NONE, type Predicate } from '../predicate.ts';
import type { SigmaTest, SigmaValue } from './detection.ts';
import type { LowerNotes } from './lower-notes.ts';

/**
 * A keyword: a pattern that occurs anywhere in the event's text.
 *
 * @param span where it stands, for refusals
 */
export function lowerKeyword(test: SigmaTest, span: SigmaValue, notes: LowerNotes): Predicate {
  switch (test.kind) {
    case 'pattern':
      return inside(test.parts, test.cased);
    case 'number':
      return inside([{ kind: 'text', text: test.text }], false);
    case 'boolean':
      return inside([{ kind: 'text', text: String(test.value) }], false);
    case 'regex':
      return { kind: 'anywhere', test: { mode: 'regex', pattern: test.pattern, flags: test.flags } };
    default:
      notes.refuse('Keywords are texts or regular expressions; this modifier needs a field.', span);
      return NONE;
  }
}

function inside(parts: readonly GlobPart[], cased: boolean): Predicate {
  const trimmed = parts.filter((part, index) => part.kind !== 'star' || (index > 0 && index < parts.length - 1));
  if (trimmed.length === 0) return ALL;
  return { kind: 'anywhere', test: { mode: 'inside', parts: trimmed, ...(cased ? { cased } : {}) } };
}
