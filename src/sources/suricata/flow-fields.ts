/** Flow and netflow records: counters, times, and what became of the connection. */
import { addressOf } from '../../base/address/address.ts';
import { fieldId } from '../../event/field.ts';
import { type EventView, firstText } from '../../event/view.ts';
import type { JsonRecord } from '../json/dialect.ts';
import type { Column } from '../record.ts';
import { type FlowVerdict, halfFlowVerdict, payloadBytes, suricataVerdict } from '../sensor-outcome.ts';
import { type EveFields, eveConstant, eveCount, eveDuration, type EveRead, eveTime } from './base-fields.ts';
import { EVE } from './columns.ts';
import type { EveSession } from './eve-session.ts';

const SOURCE_IP = fieldId('source.ip');
const REVERSED = fieldId('smb.flow.reversed');
const STATE = EVE.get('flow.state');
const ACTION = EVE.get('flow.action');
const RST = EVE.get('tcp.rst');
const FLAGS = EVE.get('tcp.tcp_flags');
const SERVER_FLAGS = EVE.get('tcp.tcp_flags_tc');
const TO_SERVER = { packets: EVE.get('flow.pkts_toserver'), bytes: EVE.get('flow.bytes_toserver') };
const TO_CLIENT = { packets: EVE.get('flow.pkts_toclient'), bytes: EVE.get('flow.bytes_toclient') };
const HALF = { packets: EVE.get('netflow.pkts'), bytes: EVE.get('netflow.bytes') };

/** Counters of one direction. */
interface Direction {
  readonly packets: Column;
  readonly bytes: Column;
}

/** Payload one way; Suricata counts whole packets with their Ethernet headers. */
function payload(record: JsonRecord, session: EveSession, view: EventView, way: Direction): number | undefined {
  const bytes = session.count(record, way.bytes);
  if (bytes === undefined) return undefined;
  const isV4 = addressOf(firstText(view, SOURCE_IP) ?? '')?.isV4 !== false;
  return payloadBytes(bytes, session.count(record, way.packets), isV4, true);
}

/** @returns TCP flags written in hexadecimal, undefined when absent or none */
function flags(record: JsonRecord, column: Column): number | undefined {
  const text = record.text(column);
  return text !== undefined && /^[0-9a-fA-F]{1,4}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** Verdict of a flow record. */
function flowVerdict(record: JsonRecord, session: EveSession, view: EventView): FlowVerdict {
  return suricataVerdict({
    state: record.text(STATE),
    action: record.text(ACTION),
    hasReset: record.boolean(RST) === true,
    serverFlags: flags(record, SERVER_FLAGS),
    clientPayload: payload(record, session, view, TO_SERVER),
    serverPayload: payload(record, session, view, TO_CLIENT),
  });
}

const flowTypes: EveRead = (record, session, view) => {
  const verdict = flowVerdict(record, session, view);
  if (verdict.outcome === 'refused') return ['connection', 'start', 'denied'];
  return record.text(STATE) === 'closed' ? ['connection', 'start', 'end'] : ['connection', 'start'];
};

/** Payload of the side that is the client or the server after orientation. */
function payloadOf(side: 'client' | 'server'): EveRead {
  return (record, session, view) => {
    const isReversed = view.get(REVERSED) === true;
    return payload(record, session, view, (side === 'client') === isReversed ? TO_CLIENT : TO_SERVER);
  };
}

/** Counters of a flow; alerts and transactions carry them too, as far as the flow has come. */
export const FLOW_COUNTERS: EveFields = {
  'source.packets': eveCount('flow.pkts_toserver'),
  'source.bytes': eveCount('flow.bytes_toserver'),
  'destination.packets': eveCount('flow.pkts_toclient'),
  'destination.bytes': eveCount('flow.bytes_toclient'),
  'smb.flow.bytes.client': payloadOf('client'),
  'smb.flow.bytes.server': payloadOf('server'),
};

/** Fields of `event_type: flow`. */
export const FLOW_FIELDS: EveFields = {
  ...FLOW_COUNTERS,
  'event.type': flowTypes,
  'event.start': eveTime('flow.start'),
  'event.end': eveTime('flow.end'),
  'event.duration': eveDuration('flow.start', 'flow.end'),
  'smb.flow.outcome': (record, session, view) => flowVerdict(record, session, view).outcome,
  'smb.flow.refused_by': (record, session, view) => flowVerdict(record, session, view).refusedBy,
};

/** Verdict of one half of a connection. */
function halfVerdict(record: JsonRecord, session: EveSession, view: EventView): FlowVerdict {
  return halfFlowVerdict({
    flags: flags(record, FLAGS),
    isServerHalf: view.get(REVERSED) === true,
    packets: session.count(record, HALF.packets),
    payload: payload(record, session, view, HALF),
  });
}

/** Fields of `event_type: netflow`: one direction of a connection. */
export const NETFLOW_FIELDS: EveFields = {
  'event.type': eveConstant(['connection']),
  'event.start': eveTime('netflow.start'),
  'event.end': eveTime('netflow.end'),
  'event.duration': eveDuration('netflow.start', 'netflow.end'),
  'source.packets': eveCount('netflow.pkts'),
  'source.bytes': eveCount('netflow.bytes'),
  'smb.flow.bytes.client': (record, session, view) =>
    view.get(REVERSED) === true ? undefined : payload(record, session, view, HALF),
  'smb.flow.bytes.server': (record, session, view) =>
    view.get(REVERSED) === true ? payload(record, session, view, HALF) : undefined,
  'smb.flow.outcome': (record, session, view) => halfVerdict(record, session, view).outcome,
  'smb.flow.refused_by': (record, session, view) => halfVerdict(record, session, view).refusedBy,
};
