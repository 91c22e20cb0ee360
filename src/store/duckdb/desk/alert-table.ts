/** Alerts as rows: what people choose them by stands in columns of its own, the document as JSON. */
import { type Document, visitPath } from '../../../event/document.ts';
import type { AlertChange, AlertNews, AlertRecord, AlertState, AlertVerdict, StoredAlert } from '../../alert-store.ts';
import { Table } from './table.ts';

type ChangeRow = AlertChangeOf & { readonly alertId: string; readonly number: number };
type AlertChangeOf = { readonly [K in keyof AlertChange]-?: AlertChange[K] };

/** Changes by alert; numbers grow over all alerts. */
export const CHANGES = new Table<ChangeRow>('desk_alert_changes', {
  alertId: 'text',
  number: 'number',
  state: 'text',
  verdict: 'text',
  note: 'text',
  by: 'text',
  atMs: 'number',
});

type NewsRow = { readonly [K in keyof AlertNews]: AlertNews[K] };

/** News by number. */
export const NEWS = new Table<NewsRow>('desk_alert_news', {
  number: 'number',
  alertId: 'text',
  isNew: 'boolean',
  atMs: 'number',
});

/** One alert. */
export type AlertRow = {
  readonly id: string;
  readonly ruleId: string;
  readonly timeMs: number;
  readonly createdMs: number;
  readonly riskScore: number;
  /** The highest score it ever had: only a higher one is news. */
  readonly peakScore: number;
  readonly severity: AlertRecord['severity'];
  readonly isBuildingBlock: boolean;
  readonly state: AlertState;
  readonly verdict: AlertVerdict | undefined;
  readonly host: string | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly account: string | undefined;
  /** Small letters of everything that is searched as text. */
  readonly words: string;
  readonly document: string;
};

/** Alerts by id. */
export const ALERTS = new Table<AlertRow>('desk_alerts', {
  id: 'text',
  ruleId: 'text',
  timeMs: 'number',
  createdMs: 'number',
  riskScore: 'number',
  peakScore: 'number',
  severity: 'text',
  isBuildingBlock: 'boolean',
  state: 'text',
  verdict: 'text',
  host: 'text',
  source: 'text',
  destination: 'text',
  account: 'text',
  words: 'text',
  document: 'text',
});

/** Fields that say who it is about, the first that has a value counts. */
const FACETS = {
  host: ['host.name', 'host.hostname', 'observer.name'],
  source: ['source.ip', 'client.ip', 'source.address', 'source.domain'],
  destination: ['destination.ip', 'server.ip', 'destination.address', 'destination.domain'],
  account: ['user.name', 'source.user.name', 'winlog.event_data.TargetUserName'],
} as const;

/** Further fields whose values are found by text. */
const SEARCHED = [
  'host.ip',
  'source.domain',
  'destination.domain',
  'smb.share.name',
  'smb.file.path',
  'file.path',
  'process.executable',
  'kibana.alert.reason',
  'kibana.alert.rule.name',
  'kibana.alert.threshold_result.terms.value',
];

const PATHS = new Map(
  [...Object.values(FACETS).flat(), ...SEARCHED].map((field) => [field, field.split('.')] as const),
);

/** @returns the row of an alert that is new */
export function toAlertRow(alert: AlertRecord): AlertRow {
  const { document } = alert;
  const facet = (fields: readonly string[]) => fields.flatMap((field) => textsOf(document, field))[0];
  return {
    id: alert.id,
    ruleId: alert.ruleId,
    timeMs: alert.timeMs,
    createdMs: alert.createdMs,
    riskScore: alert.riskScore,
    peakScore: alert.riskScore,
    severity: alert.severity,
    isBuildingBlock: alert.isBuildingBlock,
    state: 'open',
    verdict: undefined,
    host: facet(FACETS.host),
    source: facet(FACETS.source),
    destination: facet(FACETS.destination),
    account: facet(FACETS.account),
    words: [alert.id, alert.ruleId, ...new Set([...PATHS.keys()].flatMap((field) => textsOf(document, field)))]
      .join('\n')
      .toLowerCase(),
    document: JSON.stringify(document),
  };
}

/** @returns an alert with its changes, which are in order */
export function toStoredAlert(row: AlertRow, changes: readonly ChangeRow[]): StoredAlert {
  return {
    id: row.id,
    ruleId: row.ruleId,
    timeMs: row.timeMs,
    createdMs: row.createdMs,
    riskScore: row.riskScore,
    severity: row.severity,
    isBuildingBlock: row.isBuildingBlock,
    state: row.state,
    verdict: row.verdict,
    about: { host: row.host, source: row.source, destination: row.destination, account: row.account },
    history: changes.map(({ alertId: _alert, number: _number, ...change }) => change),
    document: JSON.parse(row.document) as Document,
  };
}

function textsOf(document: Document, field: string): string[] {
  const texts: string[] = [];
  visitPath(document, PATHS.get(field)!, (value) => {
    if (typeof value === 'string' || typeof value === 'number') texts.push(String(value));
  });
  return texts;
}
