/**
 * Zeek's JSON logs in the three spellings met in the wild: `"id.orig_h"`, `"id_orig_h"` and `"id":{"orig_h"}`. The
 * mappings are those of the TSV logs, so that the same line gives the same event.
 */
import type { EventView } from '../../event/view.ts';
import type { DialectSession, JsonDialect, JsonRecord } from '../json/dialect.ts';
import { MappedEvent } from '../mapping.ts';
import type { RawRecord } from '../record.ts';
import type { SourceContext } from '../source.ts';
import { columnPaths, zeekColumn, zeekColumns } from './columns.ts';
import { JsonZeekRecord } from './json-record.ts';
import { pathOfColumns, ZEEK_DATASETS, zeekLog } from './logs.ts';

const ID = 'zeek-json';
const PATH = zeekColumn('_path');
const TS = zeekColumn('ts');
/** A Zeek line has a time, and names its log, its connection or its file. */
const SIGNS = ['_path', 'id.orig_h', 'uid', 'fuid', 'note'].map(zeekColumn);

/**
 * Logs of Zeek's own scripts: writers such as the Kafka plug-in put a line below the name of its log. Filebeat puts one that it has
 * parsed below `json` unless it is told another name.
 */
const TAGS: readonly string[] = (
  'conn dce_rpc kerberos notice ntlm quic smb_cmd smb_files smb_mapping files ' +
  'dhcp dns ftp http ldap ldap_search ntp ocsp pe rdp sip smtp snmp software ssh ssl syslog tunnel weird x509 ' +
  'json zeek'
).split(' ');

/** A column stands at the top of the object, or below the name of the log: `{"conn":{"ts":…}}`. */
const taggedPaths = columnPaths.map((paths) => paths.flatMap((path) => [path, ...TAGS.map((tag) => `${tag}.${path}`)]));

/** Zeek logs written as JSON. */
export const zeekDialect: JsonDialect = {
  id: ID,
  title: 'Zeek logs, JSON',
  datasets: ZEEK_DATASETS,
  paths: taggedPaths,
  recognise: (record: RawRecord) => record.has(TS) && SIGNS.some((column) => record.has(column)),
  open: (context) => new ZeekSession(context),
};

class ZeekSession implements DialectSession {
  private readonly context: SourceContext;
  private inner: JsonRecord | undefined;
  private record: JsonZeekRecord | undefined;
  private mapped: MappedEvent | undefined;
  private line: number | undefined;
  private offset: number | undefined;

  constructor(context: SourceContext) {
    this.context = context;
  }

  event(record: JsonRecord, line: number | undefined, offset: number | undefined): EventView {
    if (this.inner !== record || this.record === undefined || this.mapped === undefined) this.adopt(record);
    this.line = line;
    this.offset = offset;
    this.record!.advance();
    const path = record.text(PATH) ?? pathOfColumns((column) => record.has(column));
    this.mapped!.point(zeekLog(path).mapping, line, offset);
    return this.mapped!;
  }

  /** The reader hands out the same record again and again; everything made for it is made once. */
  private adopt(record: JsonRecord): void {
    const { file, networks, faults } = this.context;
    this.inner = record;
    this.record = new JsonZeekRecord(record, (column, text, expected) => {
      const name = zeekColumns.names[column]!;
      const message = `${name} holds "${text.slice(0, 40)}" where ${expected} was expected`;
      faults.add({ code: 'zeek.value', file, line: this.line, offset: this.offset, message });
    });
    this.mapped = new MappedEvent(this.record, networks, file, ID);
  }
}
