/** One alert: what happened in two lines, then facts, then the evidence folded away. */
import { printableJson } from '../../base/text/printable.ts';
import type { Alert, AlertMember } from '../../detect/alert.ts';
import { alertEnds, endsText } from '../alert-values.ts';
import { countOf, formatCount, formatTime } from '../../base/text/figures.ts';
import { timelineRows } from '../leg-timeline.ts';
import { keyFacts } from './key-facts.ts';
import { html, lines, type Part, type Safe } from './safe.ts';
import { severityMark, severityShape } from './severity-mark.ts';

/** Events listed with their place in the evidence. */
const EVENTS_LISTED = 20;
/** Rows of a timeline. */
const LEGS_LISTED = 24;
/** Longest text of a row. */
const LEG_LENGTH = 300;
/** Events of an alert shown whole; 2,000 alerts of such events stay a document that a browser opens. */
const EVENTS_WHOLE = 3;
/** Longest event shown whole, in characters. */
const EVENT_LENGTH = 12_000;
/** Longest reason; rules build reasons from fields, and fields can be long. */
const REASON_LENGTH = 1_000;
/** Longest pair of sides in a heading: two IPv6 addresses or host names fit. */
const ENDS_LENGTH = 160;

/** @returns the alert as an article */
export function alertArticle(alert: Alert): Safe {
  const ends = shorten(endsText(alertEnds(alert)), ENDS_LENGTH);
  const name = alert.name === alert.rule.name ? undefined : alert.name;
  return html`<article class="alert"><header>${severityMark(alert.severity)}
${ends !== '' && html`<span class="ends">${ends}</span>`}${alert.exceptedBy !== undefined && html`<span class="tag">silenced</span>`}
<time>${formatTime(alert.originalTime)}</time></header>
<p class="reason">${name !== undefined && html`<strong>${name}.</strong> `}${keepUnits(shorten(alert.reason, REASON_LENGTH))}</p>
${steps(alert)}${timeline(alert)}
<dl class="facts">${keyFacts(alert).map(
    (fact) => html`<div><dt>${fact.label}</dt><dd${fact.data && html` class="data"`}>${fact.value}</dd></div>`,
  )}</dl>
${evidence(alert)}</article>
`;
}

function steps(alert: Alert): Part {
  const reached = alert.finding?.steps ?? [];
  if (reached.length === 0) return undefined;
  return html`<ol class="steps" aria-label="How the finding rose">${reached.map(
    (step) =>
      html`<li>${severityShape(step.severity)}<span>${step.name.replaceAll('_', ' ')}</span><time>${formatTime(step.time).slice(11)}</time></li>`,
  )}</ol>`;
}

function timeline(alert: Alert): Part {
  const rows = timelineRows(alert);
  if (rows.length === 0) return undefined;
  const rest = rows.length - LEGS_LISTED;
  return html`<ol class="legs" aria-label="Which event came when">${rows
    .slice(0, LEGS_LISTED)
    .map(
      (row) =>
        html`<li class="${row.state}"><span class="after">${keepUnits(row.after)}</span><span class="leg">${row.label}</span><span class="what">${shorten(row.text, LEG_LENGTH)}${!Number.isNaN(row.time) && html` <time>${formatTime(row.time).slice(11)}</time>`}</span></li>`,
    )}</ol>
${rest > 0 && html`<p class="small muted">and ${countOf(rest, 'further row', 'further rows')}, not listed here</p>`}`;
}

function evidence(alert: Alert): Part {
  if (alert.members.length === 0) return undefined;
  const listed = alert.members.slice(0, EVENTS_LISTED);
  const rest = alert.memberCount - listed.length;
  return html`<details><summary>Evidence: ${countOf(alert.memberCount, 'event')}</summary>
<ol class="events">${listed.map((member, index) => html`<li>${event(member, index < EVENTS_WHOLE)}</li>`)}</ol>
${rest > 0 && html`<p class="small muted">and ${formatCount(rest)} more, not listed here</p>`}</details>`;
}

function event(member: AlertMember, whole: boolean): Safe {
  const head = html`<time>${formatTime(member.time)}</time> <span class="data">${place(member)}</span>`;
  if (!whole || member.document === undefined) return head;
  const text = printableJson(member.document, 2);
  const cut =
    text.length > EVENT_LENGTH
      ? `${text.slice(0, EVENT_LENGTH)}\n… (cut after ${formatCount(EVENT_LENGTH)} characters)`
      : text;
  return html`<details><summary>${head}</summary><pre tabindex="0">${lines(cut)}</pre></details>`;
}

function place(member: AlertMember): string {
  const { file, line, offset } = member.provenance;
  const name = file === '-' ? 'standard input' : file;
  return line !== undefined ? `${name}:${line}` : offset !== undefined ? `${name}, byte ${offset}` : name;
}

/** Keeps a number and its unit on one line. */
function keepUnits(text: string): string {
  return text.replace(/(?<=\d) (?=(?:[kMGTP]?B|ms|s|min|h|d)\b)/g, '\u00a0');
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
