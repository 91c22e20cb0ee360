import type { ScanSummary } from '../../detect/scan-result.ts';
import { formatCount } from '../../base/text/figures.ts';
import { html, type Part } from './safe.ts';
import { severityMark } from './severity-mark.ts';

/** Pairs shown; the summary holds the top ones only. */
const PAIRS = 12;

/** @returns table of the pairs with most findings, each with a bar: chart and table twin in one */
export function pairsTable(pairs: ScanSummary['topPairs']): Part {
  if (pairs.length === 0) return undefined;
  const shown = pairs.slice(0, PAIRS);
  const most = Math.max(...shown.map((pair) => pair.alerts));
  const rows = shown.map(
    (
      pair,
    ) => html`<tr><th scope="row"><span class="data">${pair.client}</span> → <span class="data">${pair.server}</span></th>
<td>${severityMark(pair.worst)}</td><td class="num">${formatCount(pair.alerts)}</td>
<td class="barcell" aria-hidden="true"><svg><rect class="f-${pair.worst}" width="${barPercent(pair.alerts, most)}%" height="100%"/></svg></td></tr>`,
  );
  return html`<h3>Who connects to whom</h3>
<div class="scroll"><table><caption>Pairs of client and server with most findings</caption>
<thead><tr><th scope="col">Client → server</th><th scope="col">Worst</th><th scope="col" class="num">Findings</th>
<th class="barcell" aria-hidden="true"></th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function barPercent(value: number, most: number): number {
  return Math.max(1, Math.round((value / Math.max(1, most)) * 1000) / 10);
}
