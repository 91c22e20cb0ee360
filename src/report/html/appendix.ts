/** What the answer rests on: everything read, everything not read, and the words used. */
import type { Fault, FaultGroup } from '../../base/fault.ts';
import type { ScanSummary } from '../../detect/scan-result.ts';
import { assumptions, blindRules, blindSpots, damage } from '../blind-spots.ts';
import { countOf, formatBytes, formatCount } from '../../base/text/figures.ts';
import { html, type Part, type Safe } from './safe.ts';

/** Rows of one table; a folder of 100,000 logs is summed up below them. */
const ROWS = 500;

/** @returns the appendix */
export function appendix(summary: ScanSummary): Safe {
  return html`<section aria-labelledby="appendix"><h2 id="appendix">Appendix</h2>
${unseen(summary)}${files(summary)}${datasets(summary)}${faults(summary)}${limits(summary)}${exceptions(summary)}${quietRules(summary)}
${glossary()}</section>
`;
}

function unseen(summary: ScanSummary): Part {
  const spots = blindSpots(summary);
  const blind = blindRules(summary);
  return html`<h3 id="unseen">What could not be seen</h3>
${spots.length === 0 ? html`<p>Nothing that is known of: every file was read whole.</p>` : html`<ul>${spots.map((spot) => html`<li>${spot}</li>`)}</ul>`}
${
  blind.length > 0 &&
  grid(
    'Rules that had no data of the kind they need',
    ['Rule', 'Needs one of'],
    blind.map(({ rule }) => [
      html`<span class="data">${rule.id}</span>`,
      html`<span class="data">${rule.datasets.join(', ')}</span>`,
    ]),
  )
}`;
}

function files(summary: ScanSummary): Part {
  const rows = summary.files.map((file) => [
    html`<span class="data">${file.file === '-' ? 'standard input' : file.file}</span>`,
    file.problem === undefined ? (file.format ?? '') : html`<strong>not read:</strong> ${file.problem}`,
    number(formatCount(file.events)),
    number(formatBytes(file.bytes)),
  ]);
  return html`<h3 id="read">What was read</h3>
${grid(`${countOf(summary.files.length, 'file')}, ${countOf(summary.events, 'event')}, ${formatBytes(summary.bytes)}`, ['File', 'Format', '#Events', '#Size'], rows)}`;
}

function datasets(summary: ScanSummary): Part {
  const rows = [
    ...summary.datasets.map((entry) => [
      html`<span class="data">${entry.dataset}</span>`,
      number(formatCount(entry.events)),
    ]),
    ...summary.skipped.map((entry) => [html`without an event: ${entry.reason}`, number(formatCount(entry.count))]),
  ];
  return rows.length > 0 && html`<h3>Kinds of events</h3>${grid('Events by dataset', ['Dataset', '#Events'], rows)}`;
}

function faults(summary: ScanSummary): Part {
  return html`${faultTable('Damaged records and values', 'Left out, the rest of the file was read', damage(summary))}${faultTable('Assumptions', 'Everything was read, on these assumptions', assumptions(summary))}`;
}

function faultTable(title: string, caption: string, groups: readonly FaultGroup[]): Part {
  const rows = groups.map((group) => [
    html`<span class="data">${group.file}</span>`,
    html`<span class="data">${group.code}</span>`,
    number(formatCount(group.count)),
    html`<span class="small">${group.samples[0] && faultText(group.samples[0])}</span>`,
  ]);
  return rows.length > 0 && html`<h3>${title}</h3>${grid(caption, ['File', 'Kind', '#Count', 'First'], rows)}`;
}

/** The file stands in its own column. */
function faultText({ line, offset, message }: Fault): string {
  const place = line !== undefined ? `line ${line}: ` : offset !== undefined ? `byte ${offset}: ` : '';
  return place + message;
}

function limits(summary: ScanSummary): Part {
  const rows = summary.limits.map((limit) => [
    html`<span class="data">${limit.name}</span>`,
    number(formatCount(limit.limit)),
    number(formatCount(limit.count)),
    limit.consequence,
  ]);
  return (
    rows.length > 0 && html`<h3>Limits reached</h3>${grid('', ['Limit', '#Value', '#Reached', 'Consequence'], rows)}`
  );
}

function exceptions(summary: ScanSummary): Part {
  const rows = summary.exceptions.map((exception) => [
    html`${exception.name} <span class="data muted">${exception.id}</span>`,
    number(formatCount(exception.hits)),
    exception.expires === '' ? 'never' : exception.expires,
  ]);
  return rows.length > 0 && html`<h3>Exceptions in force</h3>${grid('', ['Exception', '#Silenced', 'Expires'], rows)}`;
}

function quietRules(summary: ScanSummary): Part {
  const blind = new Set(blindRules(summary));
  const quiet = summary.rules.filter((entry) => entry.alerts === 0 && !blind.has(entry));
  if (quiet.length === 0) return undefined;
  return html`<h3>Rules that looked and found nothing</h3>
<ul class="none-found small">${quiet.map(({ rule }) => html`<li>${rule.name} <span class="data muted">${rule.id}</span></li>`)}</ul>`;
}

function number(text: string): Safe {
  return html`<span class="num">${text}</span>`;
}

/** A heading that starts with `#` is a column of numbers. */
function grid(caption: string, heads: readonly string[], rows: readonly (readonly Part[])[]): Safe {
  const isNumber = heads.map((head) => head.startsWith('#'));
  const rest = rows.length - ROWS;
  const narrow = heads.length === 2 && isNumber[1];
  return html`<div class="scroll${narrow && ' narrow'}"><table>${caption !== '' && html`<caption>${caption}</caption>`}
<thead><tr>${heads.map((head, i) => html`<th scope="col"${isNumber[i] && html` class="num"`}>${head.replace('#', '')}</th>`)}</tr></thead>
<tbody>${rows.slice(0, ROWS).map(
    (row) => html`<tr>${row.map((cell, i) => html`<td${isNumber[i] && html` class="num"`}>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>${rest > 0 && html`<p class="muted">and ${formatCount(rest)} more rows; <code>--format json</code> holds all.</p>`}`;
}

const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  ['refused', 'The other side or a firewall said no. Nothing was exchanged, but somebody tried.'],
  ['attempted', 'A connection was asked for and no answer is known.'],
  ['unknown', 'The evidence cannot say what became of the connection. It is not taken for harmless.'],
  ['established', 'Both sides answered; the connection stood.'],
  ['spoken', 'SMB itself was recognised inside the connection.'],
  [
    'credentials',
    'A logon with NTLM or Kerberos was seen inside the session. To a foreign server that is a stolen logon.',
  ],
  ['moved', 'A file was read or written, or at least 64 KiB of payload went one way.'],
  ['undecided', 'Neither side could be placed inside or outside the network; the configuration can tell.'],
  ['finding', 'What a rule reports. One finding may stand for many events and rises as evidence gets stronger.'],
  ['exception', 'A decision that something is expected. It silences findings until it expires.'],
];

function glossary(): Safe {
  return html`<h3 id="glossary">Words used</h3>
<dl class="glossary">${WORDS.map(([word, meaning]) => html`<dt>${word}</dt><dd>${meaning}</dd>`)}</dl>`;
}
