/** The alerts of one rule, as the table shows them. */
import { printable } from '../../base/text/printable.ts';
import { cutColumns, padColumns, textWidth, wrapColumns } from '../../base/text/text-width.ts';
import type { Alert } from '../../detect/alert.ts';
import type { RuleResult } from '../../detect/scan-result.ts';
import { alertEnds, endsText } from '../alert-values.ts';
import { countOf, formatCount, formatTime } from '../../base/text/figures.ts';
import { timelineRows } from '../leg-timeline.ts';
import type { RuleGroup } from '../rule-groups.ts';
import { severityWords } from '../severity-order.ts';
import type { Screen } from './screen.ts';

/** Longest reason shown; the rest stands in the other formats. */
const REASON_LENGTH = 400;

/** From this width on, the reason stands beside the addresses instead of below them. */
const WIDE_COLUMNS = 110;

/** Columns of the severity word and of a time, with the gap behind them. */
const SEVERITY_COLUMNS = 10;
const TIME_COLUMNS = 21;
const ENDS_COLUMNS = 36;
const INDENT = 2;
/** Rows of a timeline, and columns of the names in it. */
const TIMELINE_ROWS = 8;
const LABEL_COLUMNS = 28;
/** Least columns for the text of a row beside its name; with fewer it stands below. */
const TEXT_COLUMNS = 20;

/** Writes heading, alerts, counters and what was left out. */
export function writeRuleBlock(screen: Screen, group: RuleGroup, result: RuleResult | undefined): void {
  const { rule } = group;
  writeHeading(screen, group);
  const techniques = rule.threat.map((threat) => threat.technique);
  const facts = [rule.id, techniques.join(' '), severityWords(group.bySeverity)].filter((fact) => fact !== '');
  screen.prose(facts.join(' · '), SEVERITY_COLUMNS, ' '.repeat(SEVERITY_COLUMNS), screen.dim);
  for (const alert of group.shown) writeAlert(screen, alert);
  const rest = group.count - group.shown.length;
  if (rest > 0) screen.line(`${' '.repeat(INDENT)}and ${formatCount(rest)} more (see --format html)`);
  if (result) writeRemarks(screen, result);
}

function writeHeading(screen: Screen, group: RuleGroup): void {
  const count = countOf(group.count, 'finding');
  const word = padColumns(group.worst.toUpperCase(), SEVERITY_COLUMNS);
  const lines = wrapColumns(printable(group.rule.name), screen.width - SEVERITY_COLUMNS - count.length - 2);
  const first = lines[0] ?? '';
  const gap = screen.width === Infinity ? 2 : screen.width - SEVERITY_COLUMNS - textWidth(first) - count.length;
  screen.line();
  screen.line(`${screen.severity(group.worst, word)}${screen.bold(first)}${' '.repeat(gap)}${count}`);
  for (const line of lines.slice(1)) screen.line(' '.repeat(SEVERITY_COLUMNS) + screen.bold(line));
}

function writeAlert(screen: Screen, alert: Alert): void {
  const word = screen.severity(alert.severity, padColumns(alert.severity, SEVERITY_COLUMNS));
  const time = padColumns(formatTime(alert.originalTime), TIME_COLUMNS);
  const head = ' '.repeat(INDENT) + word + time;
  const headColumns = INDENT + SEVERITY_COLUMNS + TIME_COLUMNS;
  const ends = printable(endsText(alertEnds(alert)));
  const reason = reasonOf(alert);
  if (screen.width >= WIDE_COLUMNS) {
    const shown = screen.width === Infinity ? ends : cutColumns(ends, ENDS_COLUMNS - 2);
    screen.prose(reason, headColumns + ENDS_COLUMNS, head + padColumns(shown, ENDS_COLUMNS));
  } else {
    screen.line(head + cutColumns(ends, screen.width - headColumns));
    screen.prose(reason, INDENT + SEVERITY_COLUMNS);
  }
  writeTimeline(screen, alert);
}

/** Which event came when; the sentence above has told the legs, so rows go below it in a quiet colour. */
function writeTimeline(screen: Screen, alert: Alert): void {
  const rows = timelineRows(alert);
  const shown = rows.slice(0, TIMELINE_ROWS);
  const indent = INDENT + SEVERITY_COLUMNS;
  const after = Math.max(...shown.map((row) => textWidth(row.after)));
  const room = Math.min(LABEL_COLUMNS, screen.width - indent - after - 2);
  const label = Math.min(room, Math.max(...shown.map((row) => textWidth(printable(row.label)))));
  const textColumn = indent + after + 2 + label + 2;
  for (const row of shown) {
    const name = padColumns(cutColumns(printable(row.label), label), label);
    const head = `${' '.repeat(indent)}${padColumns(row.after, after)}  ${name}  `;
    const isBeside = row.text !== '' && screen.width - textColumn >= TEXT_COLUMNS;
    if (!isBeside) screen.line(screen.dim(head.trimEnd()));
    if (isBeside) screen.prose(row.text, textColumn, screen.dim(head), screen.dim);
    else if (row.text !== '') screen.prose(row.text, indent + 2, undefined, screen.dim);
  }
  const rest = rows.length - shown.length;
  if (rest > 0) screen.line(screen.dim(`${' '.repeat(indent)}and ${formatCount(rest)} more`));
}

function reasonOf(alert: Alert): string {
  const name = alert.name === alert.rule.name ? '' : `${alert.name}: `;
  const excepted = alert.exceptedBy === undefined ? '' : ` [silenced by exception ${alert.exceptedBy}]`;
  const more =
    alert.suppression && alert.suppression.count > 0 ? ` (+${formatCount(alert.suppression.count)} like it)` : '';
  const text = `${name}${alert.reason}`;
  return `${text.length > REASON_LENGTH ? `${text.slice(0, REASON_LENGTH)}…` : text}${more}${excepted}`;
}

/** Counters of the rule and what suppression and exceptions took away. */
export function writeRemarks(screen: Screen, result: RuleResult): void {
  const marker = `${' '.repeat(INDENT)}· `;
  for (const { name, count, hint } of result.counters) {
    screen.prose(`${name}: ${countOf(count, 'event')} — ${hint}`, marker.length, marker);
  }
  if (result.suppressed > 0) {
    screen.prose(`${countOf(result.suppressed, 'further match', 'further matches')} suppressed`, marker.length, marker);
  }
  if (result.buildingBlocks > 0) {
    screen.prose(
      `${countOf(result.buildingBlocks, 'weak sign')} kept for other rules (see --show-building-blocks)`,
      marker.length,
      marker,
    );
  }
  if (result.excepted > 0) {
    screen.prose(
      `${countOf(result.excepted, 'match', 'matches')} silenced by exceptions (see --show-excepted)`,
      marker.length,
      marker,
    );
  }
}
