/** Who made a document, as far as it matters for what its counters and words mean. */
import { fieldId } from '../../event/field.ts';
import { type EventView, firstText } from '../../event/view.ts';

/** A family of producers with one meaning of counters and words. */
export type Producer = 'zeek' | 'suricata' | 'panos' | 'flow' | 'netflow' | 'windows' | 'other';

/** An ECS document with the two values that are no ECS fields. */
export interface EcsFacts extends EventView {
  /** Top-level `type`, as Packetbeat writes it. */
  recordType(): string | undefined;
  /** `netflow.tcp_control_bits`. */
  tcpFlags(): number | undefined;
  /** Name of the index of a search hit or bulk action. */
  index(): string | undefined;
}

const DATASET = fieldId('event.dataset');
const STREAM = fieldId('data_stream.dataset');
const ACTION = fieldId('event.action');
const PROVIDER = fieldId('event.provider');
const WINDOWS_PROVIDER = fieldId('winlog.provider_name');
const AGENT = fieldId('agent.type');
const VENDOR = fieldId('observer.vendor');
const ZEEK_STATE = fieldId('zeek.connection.state');
const EVE_TYPE = fieldId('suricata.eve.event_type');
const PANOS_ACTION = fieldId('panw.panos.action');

const BEATS = /^(?:\.ds-)?(winlogbeat|packetbeat|filebeat|auditbeat|metricbeat|heartbeat)-/;
/** A data stream is `type-dataset-namespace`; a dataset holds no hyphen. */
const STREAM_NAME = /^(?:\.ds-)?(?:logs|metrics|traces)-([^-]+)-/;

/** Dataset of a document that does not state it as `event.dataset`. */
export function datasetOf(facts: EcsFacts): string | undefined {
  const stream = firstText(facts, STREAM);
  if (stream !== undefined) return stream;
  if (isPacketbeatFlow(facts)) return 'flow';
  const index = facts.index() ?? '';
  return STREAM_NAME.exec(index)?.[1] ?? BEATS.exec(index)?.[1];
}

function isPacketbeatFlow(facts: EcsFacts): boolean {
  if (facts.recordType() !== 'flow') return false;
  return firstText(facts, AGENT) === 'packetbeat' || firstText(facts, ACTION) === 'network_flow';
}

/** Producer of a document. */
export function producerOf(facts: EcsFacts): Producer {
  const dataset = firstText(facts, DATASET) ?? '';
  if (dataset.startsWith('zeek.') || facts.get(ZEEK_STATE) !== undefined) return 'zeek';
  if (dataset.startsWith('suricata') || facts.get(EVE_TYPE) !== undefined) return 'suricata';
  if (dataset.startsWith('panw') || facts.get(PANOS_ACTION) !== undefined) return 'panos';
  if (firstText(facts, VENDOR) === 'Palo Alto Networks') return 'panos';
  if (dataset === 'flow' || dataset === 'network_traffic.flow') return 'flow';
  if (firstText(facts, ACTION) === 'network_flow') return 'flow';
  if (dataset === 'netflow.log' || facts.tcpFlags() !== undefined) return 'netflow';
  return isWindows(facts) ? 'windows' : 'other';
}

function isWindows(facts: EcsFacts): boolean {
  const provider = firstText(facts, PROVIDER) ?? firstText(facts, WINDOWS_PROVIDER);
  return provider?.startsWith('Microsoft-Windows-') === true;
}
