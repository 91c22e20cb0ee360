import { derivedMayHave } from '../../../event/derive/needs.ts';
import type { Scalar } from '../../../event/document.ts';
import type { EventFacts } from '../../../event/event-facts.ts';
import { type FieldId, fieldId, fields } from '../../../event/field.ts';
import { FactsByTraits } from '../connection-traits.ts';
import { FLOW_FIELDS } from './flow-fields.ts';

/** Kinds of flows that are told apart. */
export type FlowKind = 'tcp' | 'udp' | 'quic';

/** What a protocol may learn of a connection: these fields and all below them. */
const LEARNT: readonly string[] = [
  'network',
  'smb.auth',
  'smb.compression',
  'smb.dialect',
  'smb.dialects',
  'smb.encryption',
  'smb.facts',
  'smb.flow',
  'smb.port_unusual',
  'smb.quality',
  'smb.quic',
  'smb.signing',
  'smb.smb1',
  'smb.version',
  'tls',
];

const OWN: ReadonlySet<FieldId> = new Set(Object.keys(FLOW_FIELDS).map((name) => fieldId(name)));

const isLearnt = (field: FieldId): boolean => {
  const { name } = fields.at(field);
  return LEARNT.some((part) => name === part || name.startsWith(`${part}.`));
};

/** What is known of all flows of a kind before one is looked at. */
export const FLOW_FACTS: Readonly<Record<FlowKind, EventFacts>> = {
  tcp: factsOf('smb.flow', 'tcp'),
  udp: factsOf('smb.flow', 'udp'),
  quic: factsOf('smb.quic', 'udp'),
};

/** The same where the traits of a flow are known, and whether a protocol learnt anything: of a mere attempt nothing is. */
export const FLOW_FACTS_BY = {
  learnt: byTraits(FLOW_FACTS),
  bare: byTraits({
    tcp: factsOf('smb.flow', 'tcp', (field) => OWN.has(field)),
    udp: factsOf('smb.flow', 'udp', (field) => OWN.has(field)),
    quic: factsOf('smb.quic', 'udp', (field) => OWN.has(field)),
  }),
} as const;

function byTraits(facts: Readonly<Record<FlowKind, EventFacts>>): Readonly<Record<FlowKind, FactsByTraits>> {
  return {
    tcp: new FactsByTraits(facts.tcp),
    udp: new FactsByTraits(facts.udp),
    quic: new FactsByTraits(facts.quic),
  };
}

/** @param isOwn whether flows of the kind can have a field of their own */
function factsOf(
  dataset: string,
  transport: string,
  isOwn = (field: FieldId): boolean => OWN.has(field) || isLearnt(field),
): EventFacts {
  const known = new Map<FieldId, readonly Scalar[]>([
    [fieldId('event.kind'), ['event']],
    [fieldId('event.category'), ['network']],
    [fieldId('event.dataset'), [dataset]],
    [fieldId('network.transport'), [transport]],
    [fieldId('smb.flow.transport'), [transport]],
    [fieldId('observer.type'), ['sensor']],
  ]);
  const mayHave = derivedMayHave(isOwn, (field) => known.get(field));
  return { known: (field) => known.get(field), canHave: (field) => isOwn(field) || mayHave(field) };
}
