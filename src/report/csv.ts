import { formatCsvCell } from '../base/text/csv-cell.ts';
import type { Alert } from '../detect/alert.ts';
import { alertEnds, alertText } from './alert-values.ts';
import { isoTime } from '../base/text/figures.ts';
import { timelineText } from './leg-timeline.ts';
import type { ReportFormat } from './report.ts';
import { shownAlerts } from './rule-groups.ts';

type Cell = string | number | null | undefined;

/** Columns in order; names are snake case as in alert documents. */
const COLUMNS: readonly (readonly [name: string, cell: (alert: Alert) => Cell])[] = [
  ['time', (alert) => isoTime(alert.originalTime)],
  ['last_time', (alert) => isoTime(alert.lastTime)],
  ['severity', (alert) => alert.severity],
  ['risk_score', (alert) => alert.riskScore],
  ['rule_id', (alert) => alert.rule.id],
  ['name', (alert) => alert.name],
  ['reason', (alert) => alert.reason],
  ['client', (alert) => alertEnds(alert).client],
  ['server', (alert) => alertEnds(alert).server],
  ['direction', (alert) => alertText(alert, 'smb.flow.direction')],
  ['outcome', (alert) => alert.finding?.level ?? alertText(alert, 'smb.flow.outcome')],
  ['host', (alert) => alertText(alert, 'host.name')],
  ['user', (alert) => alertText(alert, 'user.name')],
  ['share', (alert) => alertText(alert, 'smb.share.name')],
  ['file', (alert) => alertText(alert, 'smb.file.path') ?? alertText(alert, 'file.path')],
  ['techniques', (alert) => alert.threat.map((threat) => threat.technique).join(' ')],
  ['events', (alert) => alert.memberCount],
  ['evidence_file', (alert) => alert.members[0]?.provenance.file],
  ['evidence_line', (alert) => alert.members[0]?.provenance.line],
  ['evidence_offset', (alert) => alert.members[0]?.provenance.offset],
  ['excepted_by', (alert) => alert.exceptedBy],
  ['alert_id', (alert) => alert.id],
  ['timeline', (alert) => timelineText(alert)],
];

/** Comma-separated values with a header row. */
export const csv: ReportFormat = {
  id: 'csv',
  title: 'One alert a row for spreadsheets',
  extension: 'csv',
  write(result, write, options) {
    write(`${COLUMNS.map(([name]) => name).join(',')}\r\n`);
    for (const alert of shownAlerts(result, options)) {
      write(`${COLUMNS.map(([, cell]) => formatCsvCell(cell(alert))).join(',')}\r\n`);
    }
  },
};
