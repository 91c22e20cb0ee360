/**
 * Suricata's EVE log: one JSON object a line, `event_type` says what it is.
 *
 * @see https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
 */
import { stableId } from '../../base/hash.ts';
import { canonicalJson } from '../../event/document.ts';
import type { EventView } from '../../event/view.ts';
import type { DialectSession, JsonDialect, JsonRecord } from '../json/dialect.ts';
import { defineMapping, MappedEvent, type Mapping, type Read } from '../mapping.ts';
import type { RawRecord } from '../record.ts';
import type { SourceContext } from '../source.ts';
import { ALERT_FIELDS, DROP_FIELDS } from './alert-fields.ts';
import { BASE_FIELDS, type EveFields } from './base-fields.ts';
import { EVE, EVE_PATHS } from './columns.ts';
import { EveSession } from './eve-session.ts';
import { FLOW_FIELDS, NETFLOW_FIELDS } from './flow-fields.ts';
import { FILE_FIELDS, KERBEROS_FIELDS, OTHER_FIELDS, QUIC_FIELDS } from './other-fields.ts';
import { SMB_RECORD_FIELDS } from './smb-fields.ts';

const EVENT_TYPE = EVE.get('event_type');
const TIMESTAMP = EVE.get('timestamp');

/** Fields by event type, beside those of every record. */
const KINDS: Readonly<Record<string, EveFields>> = {
  flow: FLOW_FIELDS,
  netflow: NETFLOW_FIELDS,
  smb: SMB_RECORD_FIELDS,
  alert: ALERT_FIELDS,
  drop: DROP_FIELDS,
  fileinfo: FILE_FIELDS,
  krb5: KERBEROS_FIELDS,
  quic: QUIC_FIELDS,
};

/** Columns that tell two records of one flow, type and microsecond apart. */
const DISCRIMINATORS = [
  'flow_id',
  'event_type',
  'timestamp',
  'tx_id',
  'src_ip',
  'src_port',
  'dest_ip',
  'dest_port',
  'proto',
  'smb.id',
  'smb.command',
  'alert.signature_id',
  'alert.rev',
  'fileinfo.filename',
  'fileinfo.size',
  'krb5.msg_type',
].map((name) => EVE.get(name));

/** Suricata's EVE log. */
export const suricataDialect: JsonDialect = {
  id: 'suricata',
  title: 'Suricata EVE JSON',
  datasets: ['suricata.*'],
  paths: EVE_PATHS,
  recognise: (record) => record.has(EVENT_TYPE) && record.has(TIMESTAMP),
  open: (context) => new EveReader(context),
};

/** Reads one EVE file. */
class EveReader implements DialectSession {
  private readonly context: SourceContext;
  private readonly session: EveSession;
  /** Mappings by event type, made when a type is first met: most files hold a few. */
  private readonly mappings = new Map<string, Mapping>();
  private record: JsonRecord | undefined;
  private view: MappedEvent | undefined;

  constructor(context: SourceContext) {
    this.context = context;
    this.session = new EveSession(context);
  }

  get remembers(): boolean {
    return this.session.remembers;
  }

  event(record: JsonRecord, line: number | undefined, offset: number | undefined): EventView | string {
    const type = record.text(EVENT_TYPE);
    if (type === 'stats') return 'Suricata statistics (event_type stats)';
    const view = this.viewOf(record);
    this.session.point(record, line, offset);
    view.point(this.mappingOf(type !== undefined && Object.hasOwn(KINDS, type) ? type : '', record), line, offset);
    return view;
  }

  private viewOf(record: JsonRecord): MappedEvent {
    if (this.view === undefined || this.record !== record) {
      this.record = record;
      this.mappings.clear();
      this.view = new MappedEvent(record, this.context.networks, this.context.file, suricataDialect.id);
    }
    return this.view;
  }

  /** @param type an event type with a mapping of its own, empty for the others */
  private mappingOf(type: string, record: JsonRecord): Mapping {
    const known = this.mappings.get(type);
    if (known) return known;
    const reads: Record<string, Read> = {};
    for (const [name, read] of Object.entries({ ...BASE_FIELDS, ...(KINDS[type] ?? OTHER_FIELDS) })) {
      reads[name] = (_, view) => read(record, this.session, view);
    }
    const mapping = defineMapping({
      dataset: type === '' ? 'suricata' : `suricata.${type}`,
      fields: reads,
      identity: type === '' ? () => [wholeRecord(record)] : identity,
      restBelow: 'suricata.eve',
    });
    this.mappings.set(type, mapping);
    return mapping;
  }
}

function identity(record: RawRecord): readonly string[] {
  return DISCRIMINATORS.map((column) => record.raw(column) ?? '');
}

/** Records without a mapping have no known discriminators: the whole record is its identity. */
function wholeRecord(record: JsonRecord): string {
  return stableId([canonicalJson(record.parse())]);
}
