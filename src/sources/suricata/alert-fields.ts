/** Alerts and dropped packets: the rule that fired, and what is known of the connection at that moment. */
import type { EventView } from '../../event/view.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { type FlowVerdict, VERDICT } from '../sensor-outcome.ts';
import {
  type EveFields,
  eveConstant,
  eveCount,
  eveProtocol,
  type EveRead,
  eveRaw,
  eveText,
  eveTime,
} from './base-fields.ts';
import { EVE } from './columns.ts';
import type { EveSession } from './eve-session.ts';
import { FLOW_COUNTERS } from './flow-fields.ts';
import { SMB_FIELDS } from './smb-fields.ts';

const EVENT_TYPE = EVE.get('event_type');
const ALERT_ACTION = EVE.get('alert.action');
const COMMAND = EVE.get('smb.command');
const TO_SERVER = EVE.get('flow.pkts_toserver');
const TO_CLIENT = EVE.get('flow.pkts_toclient');

/** An alert sees a connection under way: SMB inside it proves the handshake, a lone packet only the attempt. */
function verdict(record: JsonRecord, session: EveSession): FlowVerdict {
  const isSpoken = record.has(COMMAND) || eveProtocol(record) === 'smb';
  if (record.text(ALERT_ACTION) === 'blocked' || record.text(EVENT_TYPE) === 'drop') {
    return isSpoken ? VERDICT.establishedThenCut : VERDICT.refusedByPolicy;
  }
  if (isSpoken) return VERDICT.established;
  const isUnanswered = session.count(record, TO_CLIENT) === 0 && (session.count(record, TO_SERVER) ?? 0) > 0;
  return isUnanswered ? VERDICT.attempted : VERDICT.unknown;
}

const outcome: EveRead = (record, session, _view: EventView) => verdict(record, session).outcome;
const refusedBy: EveRead = (record, session) => verdict(record, session).refusedBy;

const list = (name: string): EveRead => {
  const column = EVE.get(name);
  return (record) => record.list(column);
};

/** Fields of `event_type: alert`; severity 1 is the highest, as Suricata counts. */
export const ALERT_FIELDS: EveFields = {
  ...FLOW_COUNTERS,
  ...SMB_FIELDS,
  'event.kind': eveConstant('alert'),
  'event.category': eveConstant(['network', 'intrusion_detection']),
  'event.type': (record) => (record.text(ALERT_ACTION) === 'blocked' ? ['info', 'denied'] : ['info', 'allowed']),
  'event.action': eveText('alert.action'),
  'event.start': eveTime('flow.start'),
  'event.severity': eveCount('alert.severity'),
  message: eveText('alert.signature'),
  'rule.id': eveRaw('alert.signature_id'),
  'rule.name': eveText('alert.signature'),
  'rule.version': eveRaw('alert.rev'),
  'rule.category': eveText('alert.category'),
  'threat.technique.id': list('alert.technique_id'),
  'threat.technique.name': list('alert.technique_name'),
  'threat.tactic.id': list('alert.tactic_id'),
  'threat.tactic.name': list('alert.tactic_name'),
  'smb.flow.outcome': outcome,
  'smb.flow.refused_by': refusedBy,
};

/** Fields of `event_type: drop`: one packet that the sensor did not let through. */
export const DROP_FIELDS: EveFields = {
  ...FLOW_COUNTERS,
  'event.type': eveConstant(['connection', 'denied']),
  'event.action': eveConstant('drop'),
  'smb.flow.outcome': outcome,
  'smb.flow.refused_by': refusedBy,
};
