/** Findings over time as stacked bars. Positions are percentages and heights pixels, so that text keeps its size at any width. */
import type { Severity } from '../../event/severity.ts';
import { formatCount, formatTime } from '../../base/text/figures.ts';
import { severityWords, WORST_FIRST } from '../severity-order.ts';
import { constant, html, type Part, type Safe } from './safe.ts';
import { type Bucket, type Buckets, stepWords } from './timeline-buckets.ts';

const PLOT_TOP = 16;
const PLOT_HEIGHT = 160;
/** Left edge and width of the plot in percent; the labels of the axis stand to its left. */
const PLOT_LEFT = 7;
const TICKS = 4;
/** A bar of one finding must be seen beside one of thousands. */
const LEAST_PIXELS = 3;

const LEVELS: readonly Severity[] = WORST_FIRST;

/** Told apart without colour: critical is solid, high striped, medium dotted, low hollow. */
const PATTERNS = constant(
  '<defs>' +
    '<pattern id="p-high" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    '<rect class="f-high" width="6" height="6"/><line class="gap" x1="0" y1="0" x2="0" y2="6" stroke-width="2.5"/></pattern>' +
    '<pattern id="p-medium" width="5" height="5" patternUnits="userSpaceOnUse">' +
    '<rect class="f-medium" width="5" height="5" opacity=".35"/><circle class="f-medium" cx="2.5" cy="2.5" r="1.4"/></pattern>' +
    '<pattern id="p-low" width="4" height="4" patternUnits="userSpaceOnUse">' +
    '<rect class="f-low" width="4" height="4" opacity=".45"/></pattern></defs>',
);

/** @returns figure with legend and, folded, the same figures as a table */
export function timelineChart(buckets: Buckets): Safe {
  const most = niceMaximum(Math.max(...buckets.bars.map((bar) => bar.total)));
  const present = LEVELS.filter((severity) => buckets.bars.some((bar) => bar.counts[severity] > 0));
  return html`<figure>
<figcaption>Findings per ${stepWords(buckets.stepMs)}, times in UTC</figcaption>
<ul class="legend">${present.map((severity) => html`<li>${swatch(severity)}${severity}</li>`)}</ul>
<svg class="chart" role="img" aria-label="Bar chart of findings per ${stepWords(buckets.stepMs)}; the table below holds the same figures">${PATTERNS}
${[most, most / 2].map((value) => gridLine(value, most))}
<svg x="${PLOT_LEFT}%" width="${100 - PLOT_LEFT}%" y="${PLOT_TOP}" height="${PLOT_HEIGHT + 30}" overflow="visible">
${buckets.bars.map((bar, index) => barOf(bar, index, buckets.bars.length, most))}
${xLabels(buckets)}
<line class="base" x1="0" x2="100%" y1="${PLOT_HEIGHT}" y2="${PLOT_HEIGHT}"/></svg>
</svg></figure>
<details><summary>Show the timeline as a table</summary>${tableTwin(buckets)}</details>`;
}

function fillOf(severity: Severity): Part {
  return severity === 'critical' ? html`class="f-critical"` : html`class="o-${severity}" fill="url(#p-${severity})"`;
}

function swatch(severity: Severity): Safe {
  return html`<svg class="swatch" aria-hidden="true"><rect width="100%" height="100%" ${fillOf(severity)}/></svg>`;
}

function barOf(bar: Bucket, index: number, bars: number, most: number): Part {
  if (bar.total === 0) return undefined;
  const slot = 100 / bars;
  const x = round(slot * (index + 0.12));
  const width = round(slot * 0.76);
  let y = PLOT_HEIGHT;
  const parts = LEVELS.filter((severity) => bar.counts[severity] > 0).map((severity) => {
    const height = Math.max(LEAST_PIXELS, Math.round((bar.counts[severity] / most) * PLOT_HEIGHT));
    y -= height;
    return html`<rect x="${x}%" y="${y}" width="${width}%" height="${Math.max(1, height - 1)}" ${fillOf(severity)}/>`;
  });
  return html`<g><title>${formatTime(bar.time).slice(0, 16)}: ${severityWords(bar.counts)}</title>${parts}</g>\n`;
}

function gridLine(value: number, most: number): Part {
  if (!Number.isInteger(value)) return undefined;
  const y = PLOT_TOP + PLOT_HEIGHT - Math.round((value / most) * PLOT_HEIGHT);
  return html`<line x1="${PLOT_LEFT}%" x2="100%" y1="${y}" y2="${y}"/>
<text x="${PLOT_LEFT - 1}%" y="${y + 4}" text-anchor="end">${formatCount(value)}</text>`;
}

function xLabels({ bars, stepMs }: Buckets): Part {
  const y = PLOT_HEIGHT + 20;
  return Array.from({ length: TICKS }, (_, tick) => {
    const index = Math.round((tick * (bars.length - 1)) / (TICKS - 1));
    const anchor = tick === 0 ? 'start' : tick === TICKS - 1 ? 'end' : 'middle';
    const x = tick === 0 ? 0 : tick === TICKS - 1 ? 100 : round(((index + 0.5) * 100) / bars.length);
    return html`<text x="${x}%" y="${y}" text-anchor="${anchor}">${tickLabel(bars[index]!.time, stepMs)}</text>`;
  });
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `3 Mar 14:00` below a day, `3 Mar 2026` from a day on. */
function tickLabel(time: number, stepMs: number): string {
  const date = new Date(time);
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  if (stepMs >= 86_400_000) return `${day} ${date.getUTCFullYear()}`;
  return `${day} ${String(date.getUTCHours()).padStart(2, '0')}:00`;
}

function tableTwin({ bars, stepMs }: Buckets): Safe {
  const rows = bars
    .filter((bar) => bar.total > 0)
    .map(
      (bar) => html`<tr><th scope="row"><time>${formatTime(bar.time).slice(0, 16)}</time></th>
${LEVELS.map((severity) => html`<td class="num">${formatCount(bar.counts[severity])}</td>`)}</tr>`,
    );
  return html`<div class="scroll"><table><caption>Findings per ${stepWords(stepMs)}; spans without findings are left out</caption>
<thead><tr><th scope="col">From (UTC)</th>${LEVELS.map((severity) => html`<th scope="col" class="num">${severity}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** @returns 1, 2, 4, 10, 20, 40, 100 … : the smallest not below the value, even where halves are drawn */
export function niceMaximum(value: number): number {
  let unit = 1;
  for (;;) {
    for (const factor of [1, 2, 4, 6]) if (factor * unit >= value) return factor * unit;
    unit *= 10;
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
