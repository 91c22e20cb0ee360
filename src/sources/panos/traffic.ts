/** PAN-OS TRAFFIC records: what a firewall let through and what it did not. */
import { addressOf } from '../../base/address/address.ts';
import type { FieldValue } from '../../event/document.ts';
import { fieldId } from '../../event/field.ts';
import { splitAccount } from '../../event/normalise/share.ts';
import type { EventView } from '../../event/view.ts';
import { defineMapping, type Read } from '../mapping.ts';
import { type FlowVerdict, panosVerdict, payloadBytes } from '../sensor-outcome.ts';
import { panosColumn, panosColumns } from './columns.ts';
import type { PanosRecord } from './csv-record.ts';

type PanosRead = (record: PanosRecord, view: EventView) => FieldValue;

const column = panosColumn;
const GENERATED = column('generated_time');
const START = column('start_time');
const ELAPSED = column('elapsed');
const SUB_TYPE = column('sub_type');
const ACTION = column('action');
const SOURCE = column('source');
const SEQUENCE = column('sequence_number');
const FLOW_ID = column('flow_id');
const REVERSED = fieldId('smb.flow.reversed');
const SENT = { bytes: column('bytes_sent'), packets: column('packets_sent') };
const RECEIVED = { bytes: column('bytes_received'), packets: column('packets_received') };

const text = (name: string): PanosRead => {
  const at = column(name);
  return (record) => record.text(at);
};
const lower = (name: string): PanosRead => {
  const at = column(name);
  return (record) => record.text(at)?.toLowerCase();
};
const number = (name: string): PanosRead => {
  const at = column(name);
  return (record) => record.number(at);
};
const time = (name: string): PanosRead => {
  const at = column(name);
  return (record) => record.time(at);
};
const address = (name: string): PanosRead => {
  const at = column(name);
  return (record) => addressOf(record.text(at) ?? '')?.text;
};
/** A host that cannot be read as an address, as written. */
const unreadable = (name: string): PanosRead => {
  const at = column(name);
  return (record) => {
    const written = record.text(at);
    return written === undefined || addressOf(written) ? undefined : written;
  };
};

/** Translated addresses and ports are 0 where nothing was translated. */
const natAddress = (name: string): PanosRead => {
  const at = column(name);
  return (record) => {
    const found = addressOf(record.text(at) ?? '')?.text;
    return found === '0.0.0.0' || found === '::' ? undefined : found;
  };
};
const natPort = (name: string): PanosRead => {
  const at = column(name);
  return (record) => record.port(at) || undefined;
};
const port = (name: string): PanosRead => {
  const at = column(name);
  return (record) => record.port(at);
};
const account = (name: string, part: 'name' | 'domain'): PanosRead => {
  const at = column(name);
  return (record) => {
    const written = record.text(at);
    return written === undefined ? undefined : splitAccount(written)[part];
  };
};
/** Countries by name; private addresses have their range in this column. */
const country = (name: string): PanosRead => {
  const at = column(name);
  return (record) => {
    const written = record.text(at);
    return written === undefined || /^[\d:]/.test(written) ? undefined : written;
  };
};

/** The action in one spelling: `reset both` and `reset-both` occur. */
function action(record: PanosRecord): string | undefined {
  return record
    .text(ACTION)
    ?.trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}

function subType(record: PanosRecord): string | undefined {
  return record.text(SUB_TYPE)?.toLowerCase();
}

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['start', 'flow_started'],
  ['end', 'flow_terminated'],
  ['drop', 'flow_dropped'],
  ['deny', 'flow_denied'],
]);

function types(record: PanosRecord): FieldValue {
  const kind = subType(record);
  const isAllowed = action(record) === 'allow' && kind !== 'drop' && kind !== 'deny';
  if (!isAllowed) return ['denied', 'connection'];
  return kind === 'start' || kind === 'end' ? ['allowed', kind, 'connection'] : ['allowed', 'connection'];
}

/** Payload of one side: the firewall counts whole packets with their Ethernet header. Unknown without packet counts. */
function payload(record: PanosRecord, side: typeof SENT): number | undefined {
  const bytes = record.number(side.bytes);
  const packets = record.number(side.packets);
  return bytes === undefined || packets === undefined ? undefined : estimate(record, bytes, packets);
}

function estimate(record: PanosRecord, bytes: number, packets: number | undefined): number {
  return payloadBytes(bytes, packets, addressOf(record.text(SOURCE) ?? '')?.isV4 !== false, true);
}

/** For the verdict older records, which do not count packets each way, are taken by their bytes. */
function movedBytes(record: PanosRecord, side: typeof SENT): number | undefined {
  const bytes = record.number(side.bytes);
  return bytes === undefined ? undefined : estimate(record, bytes, record.number(side.packets));
}

function verdict(record: PanosRecord): FlowVerdict | undefined {
  return panosVerdict({
    action: action(record),
    subType: subType(record),
    application: record.text(column('application'))?.toLowerCase(),
    endReason: record.text(column('end_reason'))?.toLowerCase(),
    sentBytes: movedBytes(record, SENT),
    receivedBytes: movedBytes(record, RECEIVED),
  });
}

/** Names of SMB: ms-ds-smb, ms-ds-smbv1 to v3. A netbios-ss session is one of TCP 139, which says nothing of its content. */
function isSmb(application: string | undefined): boolean {
  return application?.startsWith('ms-ds-smb') === true;
}

function protocol(record: PanosRecord): FieldValue {
  return isSmb(record.text(column('application'))?.toLowerCase()) ? 'smb' : undefined;
}

function version(record: PanosRecord): FieldValue {
  const digit = /^ms-ds-smbv([123])/.exec(record.text(column('application'))?.toLowerCase() ?? '')?.[1];
  return digit === undefined ? undefined : digit === '1' ? 'SMB1' : 'SMB2';
}

function direction(record: PanosRecord): FieldValue {
  const from = zoneSide(record, record.text(column('source_zone')));
  const to = zoneSide(record, record.text(column('destination_zone')));
  if (from === undefined || to === undefined) return undefined;
  if (from === 'inside') return to === 'inside' ? 'internal' : 'outbound';
  return to === 'inside' ? 'inbound' : 'external';
}

function zoneSide(record: PanosRecord, zone: string | undefined): 'inside' | 'outside' | undefined {
  if (zone === undefined) return undefined;
  const name = zone.toLowerCase();
  if (record.settings.insideZones.includes(name)) return 'inside';
  return record.settings.outsideZones.includes(name) ? 'outside' : undefined;
}

/** A record of a start knows no end: its elapsed time is 0 by definition. */
function elapsed(record: PanosRecord): number | undefined {
  return subType(record) === 'start' ? undefined : record.number(ELAPSED);
}

function end(record: PanosRecord): FieldValue {
  const start = record.time(START);
  const seconds = elapsed(record);
  return start === undefined || seconds === undefined ? undefined : start + seconds * 1000;
}

function duration(record: PanosRecord): FieldValue {
  const seconds = elapsed(record);
  return seconds === undefined || seconds > MAX_SECONDS ? undefined : seconds * 1e9;
}

/** Nanoseconds in a double; 104 days, longer than a firewall keeps a session. */
const MAX_SECONDS = 9_007_199;

/** Sequence numbers are of 64 bits: a number only where a double holds it, always as text below panw.panos. */
function sequence(record: PanosRecord): FieldValue {
  const written = record.text(SEQUENCE);
  return written !== undefined && /^\d{1,15}$/.test(written) ? Number(written) : undefined;
}

const FIELDS: Readonly<Record<string, PanosRead>> = {
  '@timestamp': (record) => record.preciseTime() ?? record.time(GENERATED),
  'event.kind': () => 'event',
  'event.module': () => 'panw',
  'event.category': () => ['network'],
  'event.type': types,
  'event.action': (record) => ACTIONS.get(subType(record) ?? ''),
  'event.created': time('receive_time'),
  'event.start': time('start_time'),
  'event.end': end,
  'event.duration': duration,
  'event.reason': text('end_reason'),
  'event.sequence': sequence,
  'event.timezone': (record) => record.timezone,
  'source.ip': address('source'),
  'source.address': unreadable('source'),
  'source.port': port('source_port'),
  'source.bytes': number('bytes_sent'),
  'source.packets': number('packets_sent'),
  'source.nat.ip': natAddress('source_nat'),
  'source.nat.port': natPort('source_nat_port'),
  'source.user.name': account('source_user', 'name'),
  'source.user.domain': account('source_user', 'domain'),
  'source.geo.country_name': country('source_country'),
  'destination.ip': address('destination'),
  'destination.address': unreadable('destination'),
  'destination.port': port('destination_port'),
  'destination.bytes': number('bytes_received'),
  'destination.packets': number('packets_received'),
  'destination.nat.ip': natAddress('destination_nat'),
  'destination.nat.port': natPort('destination_nat_port'),
  'destination.user.name': account('destination_user', 'name'),
  'destination.user.domain': account('destination_user', 'domain'),
  'destination.geo.country_name': country('destination_country'),
  'user.name': account('source_user', 'name'),
  'user.domain': account('source_user', 'domain'),
  'network.transport': lower('protocol'),
  'network.application': lower('application'),
  'network.protocol': protocol,
  'network.direction': direction,
  'network.bytes': number('bytes'),
  'network.packets': number('packets'),
  'network.forwarded_ip': address('forwarded_for'),
  'observer.vendor': () => 'Palo Alto Networks',
  'observer.product': () => 'PAN-OS',
  'observer.type': () => 'firewall',
  'observer.name': text('device_name'),
  'observer.serial_number': text('serial'),
  'observer.ingress.zone': text('source_zone'),
  'observer.ingress.interface.name': text('ingress_interface'),
  'observer.egress.zone': text('destination_zone'),
  'observer.egress.interface.name': text('egress_interface'),
  'rule.name': text('rule'),
  'rule.uuid': text('rule_uuid'),
  'smb.version': version,
  'smb.flow.outcome': (record) => verdict(record)?.outcome,
  'smb.flow.refused_by': (record) => verdict(record)?.refusedBy,
  'smb.flow.bytes.client': (record, view) => payload(record, view.get(REVERSED) === true ? RECEIVED : SENT),
  'smb.flow.bytes.server': (record, view) => payload(record, view.get(REVERSED) === true ? SENT : RECEIVED),
  'panw.panos.action': action,
  'panw.panos.repeat_count': number('repeat_count'),
};

/** Columns that ECS has a place for; all others are written below panw.panos by their name. */
const MAPPED = new Set(
  [
    'format receive_time type generated_time source destination rule source_user destination_user serial application',
    'source_nat destination_nat source_nat_port destination_nat_port source_port destination_port protocol action',
    'source_zone destination_zone ingress_interface egress_interface bytes bytes_sent bytes_received packets start_time',
    'elapsed packets_sent packets_received end_reason device_name rule_uuid repeat_count',
  ].flatMap((names) => names.split(' ')),
);

const REST: Readonly<Record<string, PanosRead>> = Object.fromEntries(
  panosColumns.names
    .filter((name) => !MAPPED.has(name) && !name.startsWith('reserved'))
    .map((name) => [`panw.panos.${name}`, text(name)]),
);

/** What a session is: ids are used again, so the start counts; both its lines share everything but the subtype. */
const SESSION = [
  'serial',
  'virtual_sys',
  'flow_id',
  'source',
  'source_port',
  'destination',
  'destination_port',
  'protocol',
].map(column);

function identity(record: PanosRecord): string[] {
  const parts = SESSION.map((at) => record.text(at) ?? '');
  parts.push(record.text(START) ?? record.text(GENERATED) ?? '');
  // What never became a session has id 0: only its number in the log tells two dropped packets apart.
  const flow = record.text(FLOW_ID);
  parts.push(flow === undefined || flow === '0' ? (record.text(SEQUENCE) ?? '') : '');
  parts.push(subType(record) ?? '');
  return parts;
}

/** TRAFFIC records of PAN-OS. */
export const trafficMapping = defineMapping({
  dataset: 'panw.panos',
  // The parser of this folder points this mapping at its own records only (panos.ts).
  fields: { ...REST, ...FIELDS } as Readonly<Record<string, Read>>,
  identity: (record) => identity(record as PanosRecord),
  timeDigits: 3,
});
