import type { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import type { EqlQuery } from '../../query/eql/eql-query.ts';
import { or } from '../../query/predicate.ts';
import type { EventGate } from '../../sources/source.ts';
import { blankRule } from '../blank-rule.ts';
import { EVENT_ORDER, type Rule } from '../rule.ts';
import { Scan, type ScanFindings } from '../scan/scan.ts';
import { toSequencePart } from './sequence-part.ts';

/** Looks for what only all of the evidence can tell, as a rule would: sequences, samples, the first or last events. */
export class OrderedSearch {
  private readonly scan: Scan;

  /**
   * @param query single events need pipes: without them there is nothing to wait for
   * @param samplesPerKey samples that each key may have
   */
  constructor(query: EqlQuery, networks: Networks, samplesPerKey = 1) {
    const rule = { ...blankRule('query'), type: 'eql' as const, ...partsOf(query, samplesPerKey) };
    this.scan = new Scan({ rules: [rule], networks });
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

function partsOf(query: EqlQuery, samplesPerKey: number): Partial<Rule> {
  if (query.kind === 'event') {
    const { predicate, pipes } = query;
    return { predicate, pipes: { pipes, clock: EVENT_ORDER } };
  }
  const { legs, part } = toSequencePart(query, {
    ...EVENT_ORDER,
    samplesPerKey,
    allowedLatenessMs: 0,
    isCarried: true,
  });
  return { predicate: or(legs.map((leg) => leg.predicate)), legs, sequence: part };
}
