/**
 * How many events a second 50 rules are matched against. Events are rows of arrays behind a lazy view, so that the figure
 * is the engine's and no reader's. Baselines of the same run: what a loop costs that only looks at time and dataset, and
 * the same rules without the index.
 */
import type { Document } from '../src/event/document.ts';
import { fieldId, type FieldId, fields } from '../src/event/field.ts';
import type { FieldValue } from '../src/event/document.ts';
import { LazyEvent } from '../src/event/lazy-event.ts';
import { Networks } from '../src/event/networks.ts';
import type { Provenance } from '../src/event/view.ts';
import { compileKql } from '../src/query/kql/compile-kql.ts';
import type { Rule } from '../src/detect/rule.ts';
import { Scan } from '../src/detect/scan/scan.ts';
import { sampleRule } from '../test/conformance/reports-sample.ts';
import { compare, measure } from './reading.ts';

export const name = 'Matching: 50 rules over events in memory; target 1 M events/s';

const EVENTS = 200_000;
const COLUMNS = [
  '@timestamp',
  'event.dataset',
  'event.code',
  'event.action',
  'event.category',
  'source.ip',
  'source.port',
  'destination.ip',
  'destination.port',
  'network.transport',
  'smb.share.name',
  'smb.file.path',
  'smb.rpc.interface',
  'user.name',
  'host.name',
] as const;
type Row = readonly FieldValue[];

/** A row of values by column. */
class RowEvent extends LazyEvent {
  private row: Row = [];
  private number = 0;
  private readonly columns: readonly (number | undefined)[];

  constructor(networks: Networks) {
    super(networks);
    const columns: (number | undefined)[] = new Array<number | undefined>(fields.size).fill(undefined);
    COLUMNS.forEach((column, index) => {
      columns[fieldId(column)] = index;
    });
    this.columns = columns;
  }

  point(row: Row, number: number): void {
    this.nextEvent();
    this.row = row;
    this.number = number;
  }

  protected override read(field: FieldId): FieldValue {
    const column = this.columns[field];
    return column === undefined ? undefined : this.row[column];
  }

  override elements(): readonly Document[] {
    return [];
  }

  override each(): void {}

  override document(): Document {
    return Object.fromEntries(COLUMNS.map((column, i) => [column, this.row[i]]));
  }

  override id(): string {
    return `row-${this.number}`;
  }

  override provenance(): Provenance {
    return { file: 'bench', format: 'row', line: this.number };
  }
}

/** Small seeded generator, so that every run measures the same rows. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** Mixed evidence: six in ten are connections (one in eight of them to port 445), the rest Windows and SMB logs. */
function makeRows(): Row[] {
  const below = generator(1);
  const inside = () => `10.0.${below(20)}.${below(250)}`;
  return Array.from({ length: EVENTS }, (_, i): Row => {
    const time = 1_760_000_000_000 + i * 20;
    const kind = below(10);
    const [client, server, port] = [
      inside(),
      below(50) === 0 ? `8.8.${below(250)}.4` : inside(),
      49_152 + below(16_000),
    ];
    if (kind < 6) {
      const to = below(8) === 0 ? 445 : [443, 80, 53, 88][below(4)]!;
      return [time, 'zeek.connection', undefined, undefined, 'network', client, port, server, to, 'tcp'];
    }
    if (kind < 9) {
      const code = ['4624', '4688', '5140', '5145', '4672', '4634', '5156'][below(7)]!;
      const share = code === '5145' || code === '5140' ? ['DATA', 'IPC$', 'ADMIN$'][below(3)] : undefined;
      const path = code === '5145' ? `folder\\file${below(1000)}.docx` : undefined;
      const host = `ws${below(300)}`;
      return [
        time,
        'windows.security',
        code,
        'x',
        'file',
        client,
        port,
        undefined,
        undefined,
        undefined,
        share,
        path,
        undefined,
        `user${below(500)}`,
        host,
      ];
    }
    const rpc = ['srvsvc', 'samr', 'lsarpc', 'svcctl'][below(20) === 0 ? 3 : below(3)]!;
    return [
      time,
      'zeek.dce_rpc',
      undefined,
      'NetShareEnum',
      'network',
      client,
      port,
      inside(),
      445,
      'tcp',
      undefined,
      undefined,
      rpc,
    ];
  });
}

/** Fifty rules in the mixture of the built-in ones. */
function makeRules(): Rule[] {
  const queries = [
    'event.dataset: zeek.connection and smb.flow.evidence: port and smb.flow.direction: egress',
    'smb.flow.evidence: (port or protocol or quic) and smb.flow.direction: ingress',
    'event.dataset: windows.security and event.code: 5145 and smb.share.name: (ADMIN$ or C$) and smb.file.path: (*.exe or *.dll)',
    'event.dataset: windows.security and event.code: 5142',
    'event.code: 4697 and smb.service.image_path: *ADMIN$*',
    'event.dataset: zeek.dce_rpc and smb.rpc.interface: svcctl and event.action: CreateServiceW',
    'event.dataset: zeek.smb_files and smb.file.extension_added: true',
    'event.category: authentication and event.outcome: failure and source.ip: 10.0.0.0/8',
    'event.dataset: windows.sysmon_operational and event.code: (17 or 18) and smb.pipe.name: (msagent_* or postex_*)',
    'smb.share.admin: true and user.name: *$ and not smb.client.role: management',
  ];
  return Array.from({ length: 50 }, (_, i) => {
    const text = `${queries[i % queries.length]!} and not host.name: excluded-${i}`;
    return sampleRule({ id: `rule-${i}`, predicate: compileKql({ file: 'query', text }, { now: 0 }).predicate });
  });
}

/** Prints events a second. */
export async function run(): Promise<void> {
  const networks = new Networks();
  const rows = makeRows();
  const rules = makeRules();
  const view = new RowEvent(networks);
  const [timestamp, dataset] = [fieldId('@timestamp'), fieldId('event.dataset')];
  let alerts = 0;
  const through = (useIndex: boolean) => () => {
    const scan = new Scan({ rules, networks, useIndex });
    rows.forEach((row, i) => {
      view.point(row, i);
      scan.onEvent(view);
    });
    const findings = scan.finish();
    findings.close();
    alerts = findings.alertCount;
    return rows.length;
  };
  let seen = 0;
  const floor = measure('look at time and dataset', 0, () => {
    rows.forEach((row, i) => {
      view.point(row, i);
      if (view.get(timestamp) !== undefined && view.get(dataset) !== undefined) seen++;
    });
    return rows.length;
  });
  const plain = measure('50 rules, each on every event', 0, through(false));
  const indexed = measure('50 rules, index', 0, through(true));
  compare(`index against none (${alerts} alerts, ${seen > 0 ? rows.length : 0} events)`, indexed, plain);
  compare('index against looking only', indexed, floor);
}
