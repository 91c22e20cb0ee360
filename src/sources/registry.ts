/** The list of formats, read from top to bottom: the surest one wins, the earlier one on a tie. A new source is one line. */
import { namedList } from '../base/named-list.ts';
import { ecsDialect } from './ecs/dialect.ts';
import { evtx } from './evtx/evtx.ts';
import type { JsonDialect } from './json/dialect.ts';
import { jsonSource } from './json/reader.ts';
import { netflow } from './netflow/netflow.ts';
import { panos, panosDatagrams } from './panos/panos.ts';
import { pcapSource } from './pcap/pcap.ts';
import { suricataDialect } from './suricata/dialect.ts';
import { winlogDialect } from './winlog-json/dialect.ts';
import { winlogXml } from './winlog-json/xml/winlog-xml.ts';
import { zeekDialect } from './zeek/dialect.ts';
import { zeekTsv } from './zeek/tsv.ts';

/**
 * Producers of JSON in the order in which an object is offered to them; ECS, which takes nearly anything, is last, and holds
 * lines of others where a collector does not read them.
 */
export const jsonDialects: readonly JsonDialect[] = [
  zeekDialect,
  suricataDialect,
  winlogDialect,
  { ...ecsDialect, lines: [panosDatagrams] },
];

/** Every format that can be read. */
export const sources = namedList('source', 'USAGE', [
  evtx,
  pcapSource([netflow, panosDatagrams], [panos]),
  zeekTsv,
  panos,
  winlogXml,
  jsonSource(jsonDialects),
]);
