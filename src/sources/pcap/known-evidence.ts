import type { FieldValue, Scalar } from '../../event/document.ts';
import type { EventFacts } from '../../event/event-facts.ts';
import { fieldId } from '../../event/field.ts';

const EVIDENCE = fieldId('smb.flow.evidence');
const SPOKEN = fieldId('smb.flow.spoken');

/**
 * Facts of a kind, finer by why its events count as SMB: that is the same for nearly all connections of a capture, and most
 * rules of a network ask for it first, so with it known they are told apart by what differs.
 */
export class KnownEvidence {
  private readonly base: EventFacts;
  private readonly byValue = new Map<string, EventFacts>();

  constructor(base: EventFacts) {
    this.base = base;
  }

  /** @returns the facts of events of the kind with this `smb.flow.evidence`, always the same object */
  of(evidence: FieldValue): EventFacts {
    const key = typeof evidence === 'object' ? evidence.join() : String(evidence);
    let facts = this.byValue.get(key);
    if (!facts) this.byValue.set(key, (facts = this.with(evidence)));
    return facts;
  }

  private with(evidence: FieldValue): EventFacts {
    const { base } = this;
    if (evidence === undefined) return base;
    const values = [evidence].flat() as Scalar[];
    // Where the protocol was seen, it was spoken.
    const spoken = values.includes('protocol') ? [true] : undefined;
    return {
      canHave: (field) => base.canHave(field),
      known: (field) => (field === EVIDENCE ? values : field === SPOKEN && spoken ? spoken : base.known(field)),
    };
  }
}
