import type { FieldValue, Scalar } from '../../event/document.ts';
import type { EventFacts } from '../../event/event-facts.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';

const EVIDENCE = fieldId('smb.flow.evidence');
const SPOKEN = fieldId('smb.flow.spoken');

/** What follows from the ends of a connection and its protocol, and what rules of a network ask for first. */
const TRAITS: readonly FieldId[] = [
  EVIDENCE,
  fieldId('smb.flow.direction'),
  fieldId('smb.client.place'),
  fieldId('smb.server.place'),
  fieldId('smb.client.role'),
  fieldId('smb.server.role'),
];

/** Values of {@link TRAITS}; one object for all connections that have the same ones, and a capture has few. */
export type ConnectionTraits = ReadonlyMap<FieldId, readonly Scalar[]>;

const known = new Map<string, ConnectionTraits>();

/** @returns the traits of the connection that an event is of */
export function traitsOf(view: EventView): ConnectionTraits {
  let key = '';
  // Values are words of our own and names of roles; no name holds a line feed.
  for (const field of TRAITS) key += `${textOf(view.get(field))}\n`;
  let traits = known.get(key);
  if (!traits) {
    traits = new Map(TRAITS.map((field) => [field, [view.get(field) ?? []].flat() as Scalar[]]));
    known.set(key, traits);
  }
  return traits;
}

function textOf(value: FieldValue): string {
  return typeof value === 'object' ? value.join() : String(value);
}

/**
 * Facts of a kind of events, finer by the traits of their connection: with these known rules are told apart by what differs
 * from event to event.
 */
export class FactsByTraits {
  private readonly base: EventFacts;
  private readonly byTraits = new Map<ConnectionTraits, EventFacts>();

  constructor(base: EventFacts) {
    this.base = base;
  }

  /** @returns the facts of events of the kind with these traits, always the same object */
  of(traits: ConnectionTraits): EventFacts {
    let facts = this.byTraits.get(traits);
    if (!facts) this.byTraits.set(traits, (facts = this.with(traits)));
    return facts;
  }

  private with(traits: ConnectionTraits): EventFacts {
    const { base } = this;
    // Where the protocol was seen, it was spoken.
    const spoken = traits.get(EVIDENCE)!.includes('protocol') ? [true] : undefined;
    return {
      canHave: (field) => traits.get(field)?.length !== 0 && base.canHave(field),
      known: (field) => {
        const values = traits.get(field);
        if (values) return values.length > 0 ? values : undefined;
        return field === SPOKEN && spoken ? spoken : base.known(field);
      },
    };
  }
}
