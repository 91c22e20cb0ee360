/**
 * Kinds of events that are told of a connection. A kind says for each of its fields where the value comes from; a field is
 * worked out when a rule asks for it, and a document, if one is made at all, comes from the same table.
 */
import { derivedMayHave } from '../../../../event/derive/needs.ts';
import type { FieldValue, Scalar } from '../../../../event/document.ts';
import type { EventFacts } from '../../../../event/event-facts.ts';
import { type FieldId, fieldId, fields } from '../../../../event/field.ts';
import { FactsByTraits } from '../../connection-traits.ts';
import type { Link } from '../link.ts';
import type { Origin } from '../state/origin.ts';

/** What every event is told with. */
export interface Telling {
  readonly link: Link;
  /** Message that the event's identity is made of. */
  readonly origin: Origin;
  /** Tells events of one message apart; part of the identity. */
  readonly what: string;
  /** Time of the event, milliseconds, and its packet. */
  readonly time: number;
  readonly packet: number;
}

/** Gives a field; an empty text or list is no value, times are milliseconds. */
export type WireRead<T> = (telling: T) => FieldValue;

/** Fields in the order in which documents list them: a value that all events of the kind have, or where it comes from. */
export type WireFields<T> = Readonly<Record<string, Scalar | readonly Scalar[] | WireRead<T>>>;

/** One kind of events. */
export interface WireKind<T> {
  readonly dataset: string;
  /** By number of the field; a hole where the kind has none. */
  readonly reads: readonly (WireRead<T> | undefined)[];
  /** Fields in the order of documents. */
  readonly fields: readonly FieldId[];
  /** What rules are told of the kind before an event is made. */
  readonly facts: EventFacts;
  /** The same where the traits of the connection are known. */
  readonly factsBy: FactsByTraits;
}

const FLOW_TRANSPORT = fieldId('smb.flow.transport');

/** ECS version of the documents. */
const ECS_VERSION = '8.17.0';

/** What the connection gives to each of its events. */
const CONNECTION: WireFields<Telling> = {
  'ecs.version': ECS_VERSION,
  'event.kind': 'event',
  'source.ip': ({ link }) => link.clientIp,
  'source.port': ({ link }) => link.tcp.port(link.client),
  'source.mac': ({ link }) => link.tcp.mac(link.client),
  'destination.ip': ({ link }) => link.serverIp,
  'destination.port': ({ link }) => link.tcp.port(link.serverSide),
  'destination.mac': ({ link }) => link.tcp.mac(link.serverSide),
  'client.ip': ({ link }) => link.clientIp,
  'client.port': ({ link }) => link.tcp.port(link.client),
  'server.ip': ({ link }) => link.serverIp,
  'server.port': ({ link }) => link.tcp.port(link.serverSide),
  'network.transport': 'tcp',
  'network.protocol': 'smb',
  'network.vlan.id': ({ link: { tcp } }) => (tcp.vlan === undefined ? undefined : String(tcp.vlan)),
  'network.inner.vlan.id': ({ link: { tcp } }) => (tcp.innerVlan === undefined ? undefined : String(tcp.innerVlan)),
  'observer.type': 'sensor',
  'observer.ingress.interface.name': ({ link }) => link.state.options.interfaceName?.(link.tcp.interfaceNumber),
  'related.ip': ({ link: { clientIp, serverIp } }) => (clientIp === serverIp ? [clientIp] : [clientIp, serverIp]),
  'smb.flow.outcome': 'established',
  'smb.port_unusual': ({ link }) => link.isPortUnusual || undefined,
  '@timestamp': ({ time }) => time,
  'event.dataset': '',
  'event.sequence': ({ packet }) => packet,
};

/** @param own the kind's fields beside those of the connection, which it may replace */
export function wireKind<T extends Telling>(dataset: string, own: WireFields<T>): WireKind<T> {
  const all: WireFields<T> = { ...CONNECTION, ...own, 'event.dataset': dataset };
  const reads = new Array<WireRead<T> | undefined>(fields.size).fill(undefined);
  const known = new Map<FieldId, readonly Scalar[]>();
  for (const [name, read] of Object.entries(all)) {
    const id = fieldId(name);
    if (typeof read === 'function') {
      reads[id] = read;
    } else {
      reads[id] = () => read;
      known.set(id, [read].flat() as Scalar[]);
    }
  }
  known.set(FLOW_TRANSPORT, ['tcp']);
  const facts = factsOf(reads, known);
  const order = Object.keys(all).map((name) => fieldId(name));
  return { dataset, reads, fields: order, facts, factsBy: new FactsByTraits(facts) };
}

function factsOf(reads: readonly unknown[], known: ReadonlyMap<FieldId, readonly Scalar[]>): EventFacts {
  const isOwn = (field: FieldId) => reads[field] !== undefined;
  const mayHave = derivedMayHave(isOwn, (field) => known.get(field));
  return { known: (field) => known.get(field), canHave: (field) => isOwn(field) || mayHave(field) };
}
