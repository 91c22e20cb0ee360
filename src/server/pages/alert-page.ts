/** The page of one alert: what happened, its events, what was done. Links in messages lead here. */
import { countOf } from '../../base/text/figures.ts';
import { html, lines, type Safe } from '../../report/html/safe.ts';
import { renderMarkdown } from '../../report/html/markdown.ts';
import { severityMark } from '../../report/html/severity-mark.ts';
import type { AlertDetail } from '../contract/alerts.ts';
import { page } from './page.ts';
import { table, time } from './table.ts';

/** Events that are listed; the API has all. */
const SHOWN_EVENTS = 200;

/** @param asker name of whoever is signed in */
export function alertPage(alert: AlertDetail, asker: string): string {
  const { id, rule, severity, state, verdict, reason } = alert;
  return page(
    { title: rule.name, name: asker },
    html`<p class="crumb"><a href="/">Open alerts</a></p><h1>${rule.name}</h1>
<p class="lead">${severityMark(severity)} ${verdict === undefined ? state : `${state}, ${verdict}`}</p>
${reason !== '' && html`<p class="lead">${reason}</p>`}`,
    factsPart(alert),
    guidePart(alert.document),
    eventsPart(alert),
    historyPart(alert),
    html`<details><summary>ECS document</summary><pre>${lines(JSON.stringify(alert.document, undefined, 2))}</pre></details>
<p class="muted"><code>smbastion alerts ack ${id}</code>, <code>smbastion alerts close ${id} --as benign</code>,
<code>smbastion except from-alert ${id}</code></p>`,
  );
}

function factsPart({ id, rule, riskScore, isBuildingBlock, timeMs, createdMs, ...about }: AlertDetail): Safe {
  const { host, source, destination, account } = about;
  const values = Object.entries({ Host: host, Source: source, Destination: destination, Account: account });
  return table(
    undefined,
    [],
    [
      ['Alert', html`<code>${id}</code>`],
      ['Rule', html`<a href="/?${new URLSearchParams({ rule: rule.id }).toString()}"><code>${rule.id}</code></a>`],
      ['Risk score', `${riskScore}${isBuildingBlock ? ', a building block' : ''}`],
      ['Latest event (UTC)', time(timeMs)],
      ['Made (UTC)', time(createdMs)],
      ...values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ],
    'facts',
  );
}

/** What the rule says of its alerts: what they mean, what to check. */
function guidePart(document: AlertDetail['document']): Safe | '' {
  const { kibana } = document as {
    readonly kibana?: { readonly alert?: { readonly rule?: { readonly note?: unknown } } };
  };
  const note = kibana?.alert?.rule?.note;
  return typeof note === 'string' && note !== ''
    ? html`<h2>What to check</h2><div class="guide">${renderMarkdown(note, 2)}</div>`
    : '';
}

function eventsPart({ events, members }: AlertDetail): Safe {
  const rows = members
    .slice(0, SHOWN_EVENTS)
    .map(({ id, timeMs = 0, place = '' }) => [time(timeMs), html`<code>${id}</code>`, place]);
  const more = events - rows.length;
  const rest = more > 0 ? `${countOf(more, 'more event')} not listed here` : undefined;
  return html`<h2>${countOf(events, 'event')}</h2>${
    rows.length === 0
      ? html`<p class="muted">None is kept by name.</p>`
      : table(rest, ['Time (UTC)', 'Event', 'Read in'], rows, 'events')
  }`;
}

function historyPart({ history }: AlertDetail): Safe {
  const rows = history.map(({ atMs, by, state, verdict, note }) => {
    return [time(atMs), by, verdict === undefined ? state : `${state}, ${verdict}`, note];
  });
  return html`<h2>What was done</h2>${
    rows.length === 0
      ? html`<p class="muted">Nobody did anything about it yet.</p>`
      : table(undefined, ['Time (UTC)', 'Who', 'State', 'Note'], rows)
  }`;
}
