import type { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import type { EqlSample, EqlSequence } from '../../query/eql/eql-query.ts';
import { or } from '../../query/predicate.ts';
import type { EventGate } from '../../sources/source.ts';
import { blankRule } from '../blank-rule.ts';
import { Scan, type ScanFindings } from '../scan/scan.ts';
import { toSequencePart } from './sequence-part.ts';

/** Looks for the sequences or samples of one query in evidence, as a rule would. */
export class SequenceSearch {
  private readonly scan: Scan;

  constructor(query: EqlSequence | EqlSample, networks: Networks) {
    const { legs, part } = toSequencePart(query, {
      tiebreaker: 'event.sequence',
      allowedLatenessMs: 0,
      isCarried: true,
    });
    const predicate = or(legs.map((leg) => leg.predicate));
    const rule = { ...blankRule('query'), type: 'eql' as const, predicate, legs, sequence: part };
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

  /** @returns each sequence as an alert, in time order; close it when done */
  finish(): ScanFindings {
    return this.scan.finish();
  }
}
