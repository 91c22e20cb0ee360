/**
 * One alert a row, RFC 4180. Spreadsheets run cells that look like formulas, so those get an apostrophe in front; control
 * characters are escaped, so that the file can be looked at on a terminal and no cell spans lines.
 */
import { printable } from '../base/text/printable.ts';
import type { Alert } from '../detect/alert.ts';
import { alertEnds, alertText } from './alert-values.ts';
import { isoTime } from './figures.ts';
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
];

/** Comma-separated values with a header row. */
export const csv: ReportFormat = {
  id: 'csv',
  title: 'One alert a row for spreadsheets',
  extension: 'csv',
  write(result, write, options) {
    write(`${COLUMNS.map(([name]) => name).join(',')}\r\n`);
    for (const alert of shownAlerts(result, options)) {
      write(`${COLUMNS.map(([, cell]) => formatCell(cell(alert))).join(',')}\r\n`);
    }
  },
};

/** What makes a spreadsheet take a cell for a formula, the full-width signs of East Asian keyboards too. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

/**
 * @param value text from data, or a figure of our own
 * @returns the cell, defused and quoted where RFC 4180 asks for it
 */
export function formatCell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = `${FORMULA.test(value) ? "'" : ''}${printable(value)}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
