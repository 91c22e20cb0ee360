/** Tables of the server's pages. */
import { isoTime } from '../../base/text/figures.ts';
import { html, type Part, type Safe } from '../../report/html/safe.ts';

/**
 * @param head names of columns; none for a table of facts
 * @param style class of the table, for the style sheet
 */
export function table(
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

/** @returns a time to the second; what has none, or stands at 0, is unknown */
export function time(ms: number): Part {
  const iso = ms === 0 ? null : isoTime(ms);
  return iso === null ? 'unknown' : html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}
