import type { Place } from '../base/place.ts';

/** A remark about a query that runs all the same: an unknown field, a test that can never be true. */
export interface Diagnostic {
  /** Stable code, such as `KQL-UNKNOWN-FIELD`. */
  readonly code: string;
  readonly message: string;
  readonly place: Place | undefined;
}
