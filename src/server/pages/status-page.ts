/** The first page: what is open, what the rules do, what comes in. */
import type { Static } from 'typebox';
import { countOf, formatBytes, formatCount, formatElapsed, isoTime } from '../../base/text/figures.ts';
import { SEVERITIES, type Severity } from '../../event/severity.ts';
import { html, type Part, type Safe } from '../../report/html/safe.ts';
import { severityMark } from '../../report/html/severity-mark.ts';
import type { StoredAlert } from '../../store/alert-store.ts';
import type { RuleRun } from '../../store/run-store.ts';
import type { StatusAnswer } from '../contract/status.ts';
import { page } from './page.ts';

/** What the page shows. */
export interface StatusFacts {
  readonly status: Static<typeof StatusAnswer>;
  /** The newest open alerts. */
  readonly alerts: readonly StoredAlert[];
  /** Latest runs of rules, the latest first. */
  readonly runs: readonly RuleRun[];
}

/** First letters of an alert's id, as the command line shows and takes them. */
const SHOWN_ID = 8;

/** Senders on the page. */
const SHOWN_SENDERS = 20;

/** Seconds after which the page is asked again. */
const REFRESH_S = 30;

/** @returns the page */
export function statusPage({ status, alerts, runs }: StatusFacts): string {
  const { openAlerts, asker, rules, hasExamples } = status;
  const total = SEVERITIES.reduce((sum, severity) => sum + openAlerts[severity], 0);
  return page(
    { title: 'Status', name: asker, refreshS: REFRESH_S },
    hasExamples && examplesNote(),
    html`<h1>${total === 0 ? 'No open alerts' : countOf(total, 'open alert')}</h1>
<ul class="tiles">${[...SEVERITIES].reverse().map((severity) => tile(severity, openAlerts[severity]))}</ul>`,
    alertsPart(alerts, total),
    runsPart(runs, rules),
    intakePart(status),
  );
}

function intakePart({ intake, store, startedMs, dataFolder, version }: StatusFacts['status']): Safe {
  const { events, waiting, waitsBecause, newestEventMs, deadLetters, deadLettersDiscarded } = intake;
  const letters = `${formatCount(deadLetters)} kept${deadLettersDiscarded > 0 ? `, ${formatCount(deadLettersDiscarded)} gave way` : ''}`;
  return html`<h2>Intake and store</h2>${sendersPart(intake.senders)}${table(
    undefined,
    [],
    [
      ['Events stored', formatCount(events)],
      ...(waiting > 0
        ? [['Wait to be found', `${formatCount(waiting)}${waitsBecause === undefined ? '' : `: ${waitsBecause}`}`]]
        : []),
      ['Newest event (UTC)', newestEventMs === undefined ? 'none' : time(newestEventMs)],
      ['Could not be read', letters],
      ['On disk', `${formatBytes(store.bytes)}, ${formatBytes(store.freeBytes)} free`],
      ['Data folder', dataFolder],
      ['Runs since (UTC)', html`${time(startedMs)}, version ${version}`],
    ],
  )}`;
}

function examplesNote(): Safe {
  return html`<p class="note"><strong>These are examples.</strong> The first start loaded the bundled evidence, so that there is
something to look at. <code>smbastion examples remove</code> takes it out again.</p>`;
}

function sendersPart(senders: StatusFacts['status']['intake']['senders']): Safe {
  if (senders.length === 0) {
    return html`<p class="muted">Nobody has sent anything since the start. <code>smbastion keys add NAME --scope ingest</code> makes a
key for a shipper; docs/ingest.md shows how each is set up.</p>`;
  }
  return table(
    'Who sent since the start, the latest first',
    ['Sender', 'Latest (UTC)', 'Events', 'Not readable', 'Not taken in'],
    senders
      .slice(0, SHOWN_SENDERS)
      .map((one) => [
        one.name,
        time(one.lastMs),
        formatCount(one.events),
        formatCount(one.unreadable),
        formatCount(one.dropped),
      ]),
  );
}

function tile(severity: Severity, count: number): Safe {
  return html`<li class="${count === 0 ? 'none' : ''}"><b>${formatCount(count)}</b>${severityMark(severity)}</li>`;
}

function alertsPart(alerts: readonly StoredAlert[], total: number): Safe {
  const rows = alerts.map((alert) => [
    severityMark(alert.severity),
    time(alert.timeMs),
    html`<code>${alert.ruleId}</code>`,
    html`<code>${alert.id.slice(0, SHOWN_ID)}</code>`,
    reasonOf(alert),
  ]);
  const caption = total > alerts.length ? `The newest ${alerts.length} of ${formatCount(total)}` : 'The newest first';
  return html`<h2>Open alerts</h2>${
    rows.length === 0
      ? html`<p class="muted">Nothing is open. <code>smbastion alerts list --state closed</code> shows what was closed.</p>`
      : table(caption, ['Severity', 'Time (UTC)', 'Rule', 'Alert', 'What happened'], rows, 'alerts')
  }<p class="muted"><code>smbastion alerts list</code>, <code>smbastion alerts show ALERT</code>,
<code>smbastion alerts close ALERT --as benign</code></p>`;
}

function runsPart(runs: readonly RuleRun[], { active, faulty }: StatusFacts['status']['rules']): Safe {
  const rows = runs.map((run) => [
    html`<code>${run.ruleId}</code>`,
    run.status === 'ok' ? 'ok' : html`<strong>${run.status}</strong>${run.reason !== undefined && `: ${run.reason}`}`,
    time(run.endedMs),
    formatElapsed(run.endedMs - run.startedMs),
    formatCount(run.candidates),
    formatCount(run.alertsNew),
  ]);
  const faults = faulty === 0 ? '' : ` ${countOf(faulty, 'file')} with errors: smbastion rules lint names them.`;
  return html`<h2>Rules</h2><p>${countOf(active, 'rule')} on.${faults}</p>${
    rows.length === 0
      ? html`<p class="muted">No rule has run yet.</p>`
      : table(
          'The latest run of each rule, what went wrong first',
          ['Rule', 'Run', 'Ended (UTC)', 'Took', 'Events read', 'New alerts'],
          rows,
        )
  }`;
}

/** @param style class of the table, for the style sheet */
function table(
  caption: string | undefined,
  head: readonly string[],
  rows: readonly (readonly Part[])[],
  style = '',
): Safe {
  const heads =
    head.length > 0 ? html`<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>` : '';
  return html`<div class="scroll"><table class="${style}">${caption !== undefined && html`<caption>${caption}</caption>`}${heads}<tbody>${rows.map(
    (cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function time(ms: number): Part {
  const iso = ms === 0 ? null : isoTime(ms);
  return iso === null ? 'unknown' : html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}

/** The alert's sentence, as it stands in its document. */
function reasonOf({ document }: StoredAlert): string {
  const { kibana } = document as { kibana?: { alert?: { reason?: unknown } } };
  const reason = kibana?.alert?.reason ?? document['kibana.alert.reason'];
  return typeof reason === 'string' ? reason : '';
}
