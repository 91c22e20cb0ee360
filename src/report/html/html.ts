/**
 * The report as one HTML file that an analyst hands on: no script, no foreign resource, readable offline, on paper, by
 * keyboard and in the dark. The policy in its head forbids everything but its own style sheet, so that even a mistake in
 * escaping could load or run nothing.
 */
import type { ScanSummary } from '../../detect/scan-result.ts';
import { countOf, formatBytes, formatCount, formatRange, formatTime } from '../../base/text/figures.ts';
import { headline } from '../headline.ts';
import { PRODUCT } from '../../base/product.ts';
import type { ReportFormat, ReportOptions } from '../report.ts';
import { groupByRule, type RuleGroup, shownAlerts } from '../rule-groups.ts';
import { WORST_FIRST } from '../severity-order.ts';
import { nextSteps } from '../next-steps.ts';
import { appendix } from './appendix.ts';
import { FlowOverview } from './flow-overview.ts';
import { pairsTable } from './pairs-table.ts';
import { writeRuleSection } from './rule-section.ts';
import { constant, html as markup, type Part, type Safe } from './safe.ts';
import { SHAPE_DEFINITIONS, severityMark } from './severity-mark.ts';
import { STYLE, STYLE_HASH } from './style.ts';
import { bucketTimeline } from './timeline-buckets.ts';
import { timelineChart } from './timeline-chart.ts';
import { verdict } from './verdict.ts';

/** Alerts shown with their facts; a document with more opens slowly and is read by nobody. The rest is counted. */
export const DETAILED_ALERTS = 2_000;

/** Names of files in the heading; the appendix lists all. */
const FILES_NAMED = 4;

const POLICY = `default-src 'none'; style-src ${STYLE_HASH}; base-uri 'none'; form-action 'none'`;

/** One self-contained HTML document. */
export const html: ReportFormat = {
  id: 'html',
  title: 'Self-contained HTML document',
  extension: 'html',
  write(result, write, options) {
    const { summary } = result;
    const put = (piece: Safe) => write(piece.text);
    const flows = new FlowOverview();
    const groups = groupByRule(
      () => shownAlerts(result, options),
      { perRule: Infinity, total: DETAILED_ALERTS },
      (alert) => flows.add(alert),
    );
    put(head(summary));
    put(opening(summary, options));
    put(verdict(summary, groups, flows));
    put(tiles(summary));
    put(markup`</header>
<main>`);
    put(overview(summary, groups, flows));
    if (groups.length > 0) put(markup`<h2 id="findings">Findings by rule</h2>\n`);
    const results = new Map(summary.rules.map((entry) => [entry.rule.id, entry]));
    groups.forEach((group, i) => writeRuleSection(put, group, results.get(group.rule.id), anchorOf(i)));
    put(appendix(summary));
    put(markup`</main>
<footer>Made by ${PRODUCT.name} ${PRODUCT.version}. All times are UTC. The same evidence and rules give the same document.</footer>
</body>
</html>
`);
  },
};

function head(summary: ScanSummary): Safe {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${constant(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>SMB report: ${headline(summary).found}</title>
<style>${constant(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${summary.alertCount > 0 ? 'findings' : 'appendix'}">Skip to the findings</a>
${SHAPE_DEFINITIONS}
`;
}

function opening(summary: ScanSummary, options: ReportOptions): Safe {
  const range = formatRange(summary.firstTime, summary.lastTime);
  const read = summary.files.filter((file) => file.problem === undefined);
  const named = read.slice(0, FILES_NAMED).map((file) => (file.file === '-' ? 'standard input' : baseName(file.file)));
  const rest = read.length - named.length;
  return markup`<header>
<p class="kicker">SMB activity report</p>
<h1>${summary.alertCount === 0 ? 'No findings' : countOf(summary.alertCount, 'finding')} in ${countOf(summary.events, 'event')}</h1>
<dl class="scope">
<dt>Period</dt><dd>${range === '' ? 'no event has a time' : range}</dd>
<dt>Evidence</dt><dd>${countOf(read.length, 'file')}, ${formatBytes(summary.bytes)}${named.length > 0 && markup`: <span class="data">${named.join(', ')}</span>`}${rest > 0 && ` and ${formatCount(rest)} more`} (<a href="#read">list</a>)</dd>
<dt>Rules</dt><dd>${formatCount(summary.rules.length)} ran</dd>
${options.title !== '' && markup`<dt>Command</dt><dd class="data">${options.title}</dd>`}
</dl>
`;
}

function tiles(summary: ScanSummary): Safe {
  return markup`<ul class="tiles">${WORST_FIRST.map((severity) => {
    const count = summary.bySeverity[severity];
    return markup`<li class="tile${count === 0 && ' none'}"><b>${formatCount(count)}</b>${severityMark(severity)}</li>`;
  })}</ul>
`;
}

function overview(summary: ScanSummary, groups: readonly RuleGroup[], flows: FlowOverview): Safe {
  if (groups.length === 0) {
    return markup`<h2>What to try next</h2><ul>${nextSteps(summary).map((step) => markup`<li>${step}</li>`)}</ul>\n`;
  }
  const buckets = bucketTimeline(summary.timeline);
  return markup`<h2>Overview</h2>
${ruleTable(groups)}
${buckets && markup`<h3>When</h3>${timelineChart(buckets)}`}
${pairsTable(summary.topPairs)}
${flows.table()}
`;
}

function ruleTable(groups: readonly RuleGroup[]): Part {
  return markup`<div class="scroll"><table><caption>Rules with findings, worst first</caption>
<thead><tr><th scope="col">Worst</th><th scope="col">Rule</th><th scope="col" class="num">Findings</th>
<th scope="col" class="wide">First</th><th scope="col" class="wide">Last</th></tr></thead>
<tbody>${groups.map(
    (
      group,
      i,
    ) => markup`<tr><td>${severityMark(group.worst)}</td><th scope="row"><a href="#${anchorOf(i)}">${group.rule.name}</a></th>
<td class="num">${formatCount(group.count)}</td><td class="wide"><time>${formatTime(group.firstTime).slice(0, 16)}</time></td>
<td class="wide"><time>${formatTime(group.lastTime).slice(0, 16)}</time></td></tr>
`,
  )}</tbody></table></div>`;
}

function anchorOf(index: number): string {
  return `rule-${index + 1}`;
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1) || file;
}
