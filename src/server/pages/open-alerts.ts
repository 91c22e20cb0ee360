/** Open alerts on the first page: how many of which severity, each a link that filters, and the alerts themselves. */
import { formatCount } from '../../base/text/figures.ts';
import { SEVERITIES, type Severity } from '../../event/severity.ts';
import { html, type Safe } from '../../report/html/safe.ts';
import { severityMark } from '../../report/html/severity-mark.ts';
import type { StoredAlert } from '../../store/alert-store.ts';
import { toAlertSummary } from '../answers/alert-answers.ts';
import { table, time } from './table.ts';

/** Which open alerts are asked for; what is left out does not matter. */
export interface AlertChoice {
  readonly severity?: Severity | undefined;
  /** Id of a rule. */
  readonly rule?: string | undefined;
}

/** Open alerts that are shown, the worst first, of one severity the newest first. */
export interface ShownAlerts {
  readonly choice: AlertChoice;
  readonly alerts: readonly StoredAlert[];
  /** Where further ones of the same severity begin; undefined when there are none, or several severities are shown. */
  readonly next: string | undefined;
}

/** First letters of an alert's id, as the command line shows and takes them. */
const SHOWN_ID = 8;

/** @returns how many are open of each severity, the worst first */
export function tiles(counts: Readonly<Record<Severity, number>>, choice: AlertChoice): Safe {
  const tile = (severity: Severity) => {
    const isChosen = choice.severity === severity;
    const href = pathOf({ ...choice, severity: isChosen ? undefined : severity });
    const current = isChosen ? html` aria-current="true"` : '';
    return html`<li class="${counts[severity] === 0 ? 'none' : ''}"><a href="${href}"${current}><b>${formatCount(counts[severity])}</b>${severityMark(severity)}</a></li>`;
  };
  return html`<ul class="tiles">${SEVERITIES.toReversed().map(tile)}</ul>`;
}

/** @param total open ones of all severities and rules */
export function openAlerts({ alerts, choice, next }: ShownAlerts, total: number): Safe {
  const rows = alerts.map((alert) => {
    const { id, rule, severity, timeMs, reason } = toAlertSummary(alert);
    return [
      html`<a href="${pathOf({ ...choice, severity })}">${severityMark(severity)}</a>`,
      time(timeMs),
      html`<a href="${pathOf({ ...choice, rule: rule.id })}"><code>${rule.id}</code></a>`,
      html`<a href="/alerts/${encodeURIComponent(id)}"><code>${id.slice(0, SHOWN_ID)}</code></a>`,
      reason,
    ];
  });
  return html`<h2>Open alerts</h2>${chosen(choice)}${
    rows.length === 0 ? none(choice) : table(captionOf(alerts.length, choice, total), HEAD, rows, 'alerts')
  }${next !== undefined && html`<p><a href="${pathOf(choice, next)}">Older ones</a></p>`}
<p class="muted"><code>smbastion alerts list</code>, <code>smbastion alerts show ALERT</code>,
<code>smbastion alerts close ALERT --as benign</code></p>`;
}

const HEAD = ['Severity', 'Time (UTC)', 'Rule', 'Alert', 'What happened'];

function chosen({ severity, rule }: AlertChoice): Safe | '' {
  if (severity === undefined && rule === undefined) return '';
  const what = [severity, rule].filter((part) => part !== undefined).join(', ');
  return html`<p>Shown are those of: <strong>${what}</strong>. <a href="/">Show all</a></p>`;
}

function captionOf(shown: number, { severity, rule }: AlertChoice, total: number): string {
  if (severity !== undefined) return 'The newest first';
  const what = rule === undefined && total > shown ? `The worst ${shown} of ${formatCount(total)}` : 'The worst first';
  return `${what}, the newest of a severity first`;
}

function none({ severity, rule }: AlertChoice): Safe {
  return severity === undefined && rule === undefined
    ? html`<p class="muted">Nothing is open. <code>smbastion alerts list --state closed</code> shows what was closed.</p>`
    : html`<p class="muted">None of these is open.</p>`;
}

function pathOf({ severity, rule }: AlertChoice, after?: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ severity, rule, after }))
    if (value !== undefined) query.set(name, value);
  return query.size === 0 ? '/' : `/?${query}`;
}
