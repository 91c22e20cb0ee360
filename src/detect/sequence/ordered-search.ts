import type { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import type { EqlQuery } from '../../query/eql/eql-query.ts';
import { or } from '../../query/predicate.ts';
import type { EventGate } from '../../sources/source.ts';
import { blankRule } from '../blank-rule.ts';
import type { Rule } from '../rule.ts';
import { Scan, type ScanFindings } from '../scan/scan.ts';
import { toSequencePart } from './sequence-part.ts';

/** Tiebreaker of a query, which names none. */
const TIEBREAKER = 'event.sequence';

/** Looks for what only all of the evidence can tell, as a rule would: sequences, samples, the first or last events. */
export class OrderedSearch {
  private readonly scan: Scan;

  /** @param query single events need pipes: without them there is nothing to wait for */
  constructor(query: EqlQuery, networks: Networks) {
    this.scan = new Scan({ rules: [{ ...blankRule('query'), type: 'eql' as const, ...partsOf(query) }], networks });
  }

  /** Takes an event; the view is not kept. */
  onEvent(view: EventView): void {
    this.scan.onEvent(view);
  }

  /** Tells sources which kinds of events no step can match. */
  gate(): EventGate {
    return this.scan.gate();
  }

  /** @returns each result as an alert, in time order; close it when done */
  finish(): ScanFindings {
    return this.scan.finish();
  }
}

function partsOf(query: EqlQuery): Partial<Rule> {
  if (query.kind === 'event') {
    const { predicate, pipes } = query;
    return { predicate, pipes: { pipes, tiebreaker: TIEBREAKER } };
  }
  const { legs, part } = toSequencePart(query, { tiebreaker: TIEBREAKER, allowedLatenessMs: 0, isCarried: true });
  return { predicate: or(legs.map((leg) => leg.predicate)), legs, sequence: part };
}
