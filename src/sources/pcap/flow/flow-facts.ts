import { derivedMayHave } from '../../../event/derive/needs.ts';
import type { Scalar } from '../../../event/document.ts';
import type { EventFacts } from '../../../event/event-facts.ts';
import { type FieldId, fieldId, fields } from '../../../event/field.ts';
import { KnownEvidence } from '../known-evidence.ts';
import { FLOW_FIELDS } from './flow-fields.ts';

/** Kinds of flows that are told apart. */
export type FlowKind = 'tcp' | 'udp' | 'quic';

/** First parts of the names of fields that a protocol may learn of a connection. */
const LEARNT: ReadonlySet<string> = new Set(['network', 'smb', 'tls']);

const OWN: ReadonlySet<FieldId> = new Set(Object.keys(FLOW_FIELDS).map((name) => fieldId(name)));

/** Whether a flow can have a field of its own. */
const isOwn = (field: FieldId): boolean => OWN.has(field) || LEARNT.has(fields.at(field).path[0]!);

/** What is known of all flows of a kind before one is looked at. */
export const FLOW_FACTS: Readonly<Record<FlowKind, EventFacts>> = {
  tcp: factsOf('smb.flow', 'tcp'),
  udp: factsOf('smb.flow', 'udp'),
  quic: factsOf('smb.quic', 'udp'),
};

/** The same where it is known why a flow counts as SMB. */
export const FLOW_FACTS_BY: Readonly<Record<FlowKind, KnownEvidence>> = {
  tcp: new KnownEvidence(FLOW_FACTS.tcp),
  udp: new KnownEvidence(FLOW_FACTS.udp),
  quic: new KnownEvidence(FLOW_FACTS.quic),
};

function factsOf(dataset: string, transport: string): EventFacts {
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
