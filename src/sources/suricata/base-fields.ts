/** Fields that every EVE record gives: times, addresses, protocol, sensor. */
import type { FieldValue } from '../../event/document.ts';
import type { EventView } from '../../event/view.ts';
import type { JsonRecord } from '../json/dialect.ts';
import type { Column } from '../record.ts';
import { EVE, KEPT_RAW } from './columns.ts';
import type { EveSession } from './eve-session.ts';

/** Reads one field of an EVE record. */
export type EveRead = (record: JsonRecord, session: EveSession, view: EventView) => FieldValue;

/** Fields of one kind of record, by name. */
export type EveFields = Readonly<Record<string, EveRead>>;

const APP_PROTO = [EVE.get('app_proto'), EVE.get('app_proto_ts'), EVE.get('app_proto_tc')] as const;
const PROTO = EVE.get('proto');

/** Words of `app_proto` that name no protocol. */
const NO_PROTOCOL: ReadonlySet<string> = new Set(['failed', 'template', 'unknown']);
/** Suricata's names that ECS spells otherwise. */
const PROTOCOL_NAMES: Readonly<Record<string, string>> = { krb5: 'kerberos' };

/** A field always with the same value. */
export function eveConstant(value: FieldValue): EveRead {
  return () => value;
}

/** Text of a column; an empty one is absent. */
export function eveText(name: string): EveRead {
  const column = EVE.get(name);
  return (record) => record.text(column) || undefined;
}

/** Digits of a column as text, so that 64-bit numbers keep theirs. */
export function eveRaw(name: string): EveRead {
  const column = EVE.get(name);
  return (record) => record.raw(column);
}

/** Whole number of a column, 0 or more. */
export function eveCount(name: string): EveRead {
  const column = EVE.get(name);
  return (record, session) => session.count(record, column);
}

/** Time of a column. */
export function eveTime(name: string): EveRead {
  const column = EVE.get(name);
  return (record, session) => session.time(record, column);
}

/** Nanoseconds between two times, undefined when one is missing or they stand the wrong way round. */
export function eveDuration(start: string, end: string): EveRead {
  const from = EVE.get(start);
  const to = EVE.get(end);
  return (record, session) => {
    const begin = session.time(record, from);
    const finish = session.time(record, to);
    if (begin === undefined || finish === undefined || finish < begin) return undefined;
    return Math.round((finish - begin) * 1000) * 1000;
  };
}

/** @returns the protocol that Suricata recognised on either side, in lower case */
export function eveProtocol(record: JsonRecord): string | undefined {
  for (const column of APP_PROTO) {
    const name = record.text(column)?.toLowerCase();
    if (name !== undefined && name !== '' && !NO_PROTOCOL.has(name)) return PROTOCOL_NAMES[name] ?? name;
  }
  return undefined;
}

/** An alert is oriented by its packet; the flow part of the same object says who opened the connection. */
function flowFirst<T>(
  ofFlow: string,
  ofPacket: string,
  read: (r: JsonRecord, s: EveSession, c: Column) => T,
): EveSide<T> {
  const first = EVE.get(ofFlow);
  const other = EVE.get(ofPacket);
  const anchor = EVE.get('flow.src_ip');
  return (record, session) => read(record, session, record.has(anchor) ? first : other);
}

type EveSide<T> = (record: JsonRecord, session: EveSession) => T;

const address = (r: JsonRecord, s: EveSession, c: Column) => s.address(r, c);
const port = (r: JsonRecord, s: EveSession, c: Column) => s.port(r, c);
const asWritten = (r: JsonRecord, s: EveSession, c: Column) =>
  s.address(r, c) === undefined ? r.text(c) || undefined : undefined;

/** Fields of every record. */
export const BASE_FIELDS: EveFields = {
  '@timestamp': eveTime('timestamp'),
  'event.kind': eveConstant('event'),
  'event.category': eveConstant(['network']),
  'event.module': eveConstant('suricata'),
  'source.ip': flowFirst('flow.src_ip', 'src_ip', address),
  'source.port': flowFirst('flow.src_port', 'src_port', port),
  'source.address': flowFirst('flow.src_ip', 'src_ip', asWritten),
  'source.mac': eveText('src_mac'),
  'destination.ip': flowFirst('flow.dest_ip', 'dest_ip', address),
  'destination.port': flowFirst('flow.dest_port', 'dest_port', port),
  'destination.address': flowFirst('flow.dest_ip', 'dest_ip', asWritten),
  'destination.mac': eveText('dest_mac'),
  'network.transport': (record) => record.text(PROTO)?.toLowerCase(),
  'network.protocol': eveProtocol,
  'network.community_id': eveText('community_id'),
  'network.vlan.id': (record) => record.list(EVE.get('vlan')),
  'observer.name': eveText('host'),
  'observer.ingress.interface.name': eveText('in_iface'),
  'observer.product': eveConstant('Suricata'),
  'observer.vendor': eveConstant('OISF'),
  'observer.type': eveConstant('ids'),
  'suricata.eve.flow_id': eveRaw('flow_id'),
  'suricata.eve.tx_id': eveRaw('tx_id'),
  ...Object.fromEntries(KEPT_RAW.map((name) => [`suricata.eve.${name}`, keptRaw(name)])),
};

function keptRaw(name: string): EveRead {
  const column = EVE.get(name);
  return (record) => record.value(column);
}
