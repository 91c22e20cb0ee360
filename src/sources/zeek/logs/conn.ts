/**
 * conn.log: one line a connection. Outcome by conn_state; the states that Zeek gives when it missed the handshake prove an
 * answer only if both sides sent payload.
 */
import type { FieldValue } from '../../../event/document.ts';
import { fieldId } from '../../../event/field.ts';
import type { EventView } from '../../../event/view.ts';
import { zeekVerdict } from '../../sensor-outcome.ts';
import { zeekColumn } from '../columns.ts';
import { hasSmbPort, readLower, readNanoseconds, readText } from '../connection-fields.ts';
import { defineLog } from '../log-mapping.ts';
import type { ZeekRead, ZeekRecord } from '../zeek-record.ts';

const TS = zeekColumn('ts');
const DURATION = zeekColumn('duration');
const SERVICE = zeekColumn('service');
const STATE = zeekColumn('conn_state');
const LOCAL_ORIG = zeekColumn('local_orig');
const LOCAL_RESP = zeekColumn('local_resp');
const MISSED = zeekColumn('missed_bytes');
const REVERSED = fieldId('smb.flow.reversed');
const ORIG = {
  bytes: zeekColumn('orig_bytes'),
  ipBytes: zeekColumn('orig_ip_bytes'),
  packets: zeekColumn('orig_pkts'),
};
const RESP = {
  bytes: zeekColumn('resp_bytes'),
  ipBytes: zeekColumn('resp_ip_bytes'),
  packets: zeekColumn('resp_pkts'),
};

const ENDED: readonly string[] = ['connection', 'start', 'end'];
/** A map and not an object, since the data may say `constructor`. */
const TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['SF', ENDED],
  ['RSTO', ENDED],
  ['RSTR', ENDED],
  ['RSTOS0', ENDED],
  ['RSTRH', ENDED],
  ['REJ', ['connection', 'start', 'denied']],
  ['OTH', ['connection']],
]);
const STARTED: readonly string[] = ['connection', 'start'];

/**
 * Payload bytes of one side. Zeek counts them by sequence numbers, which are absurd after some resets: no more than went
 * over the wire or was missed can have been sent.
 */
function payload(record: ZeekRecord, side: typeof ORIG): number | undefined {
  const bytes = record.count(side.bytes);
  const ipBytes = record.count(side.ipBytes);
  if (bytes === undefined || ipBytes === undefined) return bytes;
  return Math.min(bytes, ipBytes + (record.count(MISSED) ?? 0));
}

const clientBytes: ZeekRead = (record, view) => payload(record, view.get(REVERSED) === true ? RESP : ORIG);
const serverBytes: ZeekRead = (record, view) => payload(record, view.get(REVERSED) === true ? ORIG : RESP);

/** A state that is not in the table proves nothing, which is a value. */
function outcome(record: ZeekRecord): FieldValue {
  const state = record.text(STATE);
  if (state === undefined) return undefined;
  return zeekVerdict(state, payload(record, ORIG), payload(record, RESP))?.outcome ?? 'unknown';
}

function refusedBy(record: ZeekRecord): FieldValue {
  return zeekVerdict(record.text(STATE) ?? '', undefined, undefined)?.refusedBy;
}

/** Lists by the text of a service column; the same few stand in every line. */
const serviceLists = new Map<string, readonly string[]>();
const MAX_SERVICE_LISTS = 1024;

/** Services, whether written as a set, an array or a text with commas; a leading `-` means that Zeek gave the parser up. */
function services(record: ZeekRecord): readonly string[] | undefined {
  const list = record.list(SERVICE);
  if (list === undefined || (list.length === 1 && !list[0]!.includes(','))) return list;
  const key = list.join(',');
  const known = serviceLists.get(key);
  if (known) return known;
  const names = key.split(',').filter((name) => name !== '');
  if (serviceLists.size >= MAX_SERVICE_LISTS) serviceLists.clear();
  serviceLists.set(key, names);
  return names;
}

function protocol(record: ZeekRecord): FieldValue {
  const names = services(record);
  if (names === undefined) return undefined;
  if (names.includes('smb')) return 'smb';
  return names.find((name) => !name.startsWith('-'))?.toLowerCase();
}

/** How somebody proved who he is inside SMB; Zeek names the parsers that understood it. */
function mechanism(record: ZeekRecord): FieldValue {
  const names = services(record);
  if (names === undefined || !(names.includes('smb') || hasSmbPort(record))) return undefined;
  const found: string[] = [];
  if (names.includes('ntlm')) found.push('ntlm');
  if (names.some((name) => name.startsWith('krb'))) found.push('kerberos');
  return found.length === 0 ? undefined : found.length === 1 ? found[0] : found;
}

function direction(record: ZeekRecord): FieldValue {
  const orig = record.boolean(LOCAL_ORIG);
  const resp = record.boolean(LOCAL_RESP);
  if (orig === undefined || resp === undefined) return undefined;
  if (orig) return resp ? 'internal' : 'outbound';
  return resp ? 'inbound' : 'external';
}

function end(record: ZeekRecord): FieldValue {
  const start = record.time(TS);
  const micros = record.interval(DURATION);
  return start === undefined || micros === undefined ? undefined : (Math.round(start * 1000) + micros) / 1000;
}

/** A number that ECS keeps as text. */
function numberText(column: number): ZeekRead {
  return (record: ZeekRecord, _view: EventView) => {
    const value = record.count(column);
    return value === undefined ? undefined : String(value);
  };
}

/** conn.log. */
export const conn = defineLog({
  path: 'conn',
  dataset: 'zeek.connection',
  columns: [
    'proto',
    'service',
    'duration',
    'orig_bytes',
    'resp_bytes',
    'conn_state',
    'local_orig',
    'local_resp',
    'missed_bytes',
    'history',
    'orig_pkts',
    'orig_ip_bytes',
    'resp_pkts',
    'resp_ip_bytes',
    'orig_l2_addr',
    'resp_l2_addr',
    'vlan',
    'inner_vlan',
    'community_id',
  ],
  identity: [],
  fields: {
    'event.type': (record) => TYPES.get(record.text(STATE) ?? '') ?? STARTED,
    'event.start': (record) => record.time(TS),
    'event.end': end,
    'event.duration': readNanoseconds(DURATION),
    'source.bytes': (record) => record.count(ORIG.ipBytes),
    'source.packets': (record) => record.count(ORIG.packets),
    'source.mac': macOf(zeekColumn('orig_l2_addr')),
    'destination.bytes': (record) => record.count(RESP.ipBytes),
    'destination.packets': (record) => record.count(RESP.packets),
    'destination.mac': macOf(zeekColumn('resp_l2_addr')),
    'network.transport': readLower(zeekColumn('proto')),
    'network.protocol': protocol,
    'network.direction': direction,
    'network.community_id': readText(zeekColumn('community_id')),
    'network.vlan.id': numberText(zeekColumn('vlan')),
    'network.inner.vlan.id': numberText(zeekColumn('inner_vlan')),
    'smb.flow.outcome': outcome,
    'smb.flow.refused_by': refusedBy,
    'smb.flow.bytes.client': clientBytes,
    'smb.flow.bytes.server': serverBytes,
    'smb.flow.credentials_sent': (record) => (mechanism(record) === undefined ? undefined : true),
    'smb.auth.mechanism': mechanism,
    'zeek.connection.state': readText(STATE),
    'zeek.connection.history': readText(zeekColumn('history')),
    'zeek.connection.services': services,
    'zeek.connection.missed_bytes': (record) => record.count(MISSED),
    'zeek.connection.local_orig': (record) => record.boolean(LOCAL_ORIG),
    'zeek.connection.local_resp': (record) => record.boolean(LOCAL_RESP),
  },
});

/** ECS writes MAC addresses as RFC 7042 does: capitals and hyphens. */
function macOf(column: number): ZeekRead {
  return (record) => record.text(column)?.toUpperCase().replaceAll(':', '-');
}
