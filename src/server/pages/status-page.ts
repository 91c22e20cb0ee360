/** The first page: what is open, what the rules do, what comes in. */
import type { Static } from 'typebox';
import { countOf, formatBytes, formatCount, formatElapsed } from '../../base/text/figures.ts';
import { SEVERITIES } from '../../event/severity.ts';
import { html, type Safe } from '../../report/html/safe.ts';
import type { RuleRun } from '../../store/run-store.ts';
import type { StatusAnswer } from '../contract/status.ts';
import { openAlerts, type ShownAlerts, tiles } from './open-alerts.ts';
import { page } from './page.ts';
import { table, time } from './table.ts';

/** What the page shows. */
export interface StatusFacts {
  readonly status: Static<typeof StatusAnswer>;
  readonly shown: ShownAlerts;
  /** Latest runs of rules, the latest first. */
  readonly runs: readonly RuleRun[];
}

/** Senders on the page. */
const SHOWN_SENDERS = 20;

/** Seconds after which the page is asked again. */
const REFRESH_S = 30;

/** @returns the page */
export function statusPage({ status, shown, runs }: StatusFacts): string {
  const { openAlerts: counts, asker, rules, hasExamples } = status;
  const total = SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
  return page(
    { title: 'Status', name: asker, refreshS: REFRESH_S },
    hasExamples && examplesNote(),
    html`<h1>${total === 0 ? 'No open alerts' : countOf(total, 'open alert')}</h1>`,
    tiles(counts, shown.choice),
    openAlerts(shown, total),
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
    return html`<p class="muted">Nobody has sent anything. <code>smbastion keys add NAME --scope ingest</code> makes a
key for a shipper; docs/ingest.md shows how each is set up.</p>`;
  }
  return table(
    'Who sends: the silent first, then the latest; counted since the start',
    ['Sender', 'Latest (UTC)', 'Events', 'Not readable', 'Not taken in'],
    senders
      .toSorted((a, b) => Number(b.isSilent) - Number(a.isSilent))
      .slice(0, SHOWN_SENDERS)
      .map((one) => [
        one.name,
        one.isSilent ? html`${time(one.lastMs)} <strong>silent</strong>` : time(one.lastMs),
        formatCount(one.events),
        formatCount(one.unreadable),
        formatCount(one.dropped),
      ]),
  );
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
