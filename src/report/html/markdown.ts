/**
 * The subset of Markdown that guides are written in: headings, paragraphs, lists (one level of nesting), tables, fenced
 * code, and inside a line code, bold and links to http(s). Everything else is text; HTML is shown, never run. A package was turned
 * down: imported rules are hostile input here, and a renderer that knows no raw HTML needs no sanitiser.
 */
import { printableLines } from '../../base/text/printable.ts';
import { constant, escapeHtml, html, Safe } from './safe.ts';

/** Bounded, so that unclosed brackets cost nothing. */
const INLINE = /`([^`\n]{1,2000})`|\*\*([^*\n]{1,2000})\*\*|\[([^[\]\n]{1,500})\]\(([^()\s]{1,2000})\)/g;

/** Second line of a table. */
const TABLE_RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;

const ITEM = /^(\s*)(?:[-*+]|(\d{1,4})[.)])\s+(.*)$/;

/**
 * @param text Markdown
 * @param level heading level that `#` becomes, 2 to 6; deeper ones end at 6
 */
export function renderMarkdown(text: string, level: number): Safe {
  const lines = printableLines(text).split('\n');
  const blocks: Safe[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === '') {
      i++;
    } else if (/^\s*(```|~~~)/.test(line)) {
      const fence = line.trim().slice(0, 3);
      const end = lines.findIndex((other, at) => at > i && other.trim().startsWith(fence));
      const stop = end < 0 ? lines.length : end;
      blocks.push(new Safe(`<pre><code>${escapeHtml(lines.slice(i + 1, stop).join('\n'))}</code></pre>`));
      i = stop + 1;
    } else if (line.trim().startsWith('|') && TABLE_RULE.test(lines[i + 1] ?? '')) {
      const rest = lines.findIndex((other, at) => at > i && !other.trim().startsWith('|'));
      const end = rest < 0 ? lines.length : rest;
      blocks.push(tableOf(line, lines.slice(i + 2, end)));
      i = end;
    } else if (heading) {
      const tag = `h${Math.min(6, level + heading[1]!.length - 1)}`;
      blocks.push(new Safe(`<${tag}>${inline(heading[2]!).text}</${tag}>`));
      i++;
    } else {
      const end = blockEnd(lines, i);
      const block = lines.slice(i, end);
      blocks.push(ITEM.test(line) ? list(block) : html`<p>${inline(block.join(' '))}</p>`);
      i = end;
    }
  }
  return html`${blocks}`;
}

/** Prose or list: up to an empty line, a heading or a fence; prose also ends where a list starts. */
function blockEnd(lines: readonly string[], start: number): number {
  const isList = ITEM.test(lines[start]!);
  let end = start + 1;
  while (end < lines.length) {
    const line = lines[end]!;
    if (line.trim() === '' || /^#{1,6}\s|^\s*(```|~~~)/.test(line)) break;
    if (!isList && ITEM.test(line)) break;
    end++;
  }
  return end;
}

function tableOf(head: string, rows: readonly string[]): Safe {
  return html`<div class="scroll"><table><thead><tr>${cells(head).map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row).map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

function cells(line: string): Safe[] {
  const inner = line.trim().replace(/^\||\|$/g, '');
  return inner.split('|').map((cell) => inline(cell.trim()));
}

/** Items by indentation: what is indented deeper than the first item is nested below the item before it. */
function list(lines: readonly string[]): Safe {
  const first = ITEM.exec(lines[0]!)!;
  const base = first[1]!.length;
  const items: { text: string; inner: string[] }[] = [];
  for (const line of lines) {
    const match = ITEM.exec(line);
    const item = items.at(-1);
    if (match && (!item || match[1]!.length <= base)) items.push({ text: match[3]!, inner: [] });
    else if (match || item!.inner.length > 0) item!.inner.push(line);
    else item!.text += ` ${line.trim()}`;
  }
  const body = items.map(({ text, inner }) => html`<li>${inline(text)}${inner.length > 0 && nested(inner)}</li>`);
  return first[2] === undefined ? html`<ul>${body}</ul>` : html`<ol>${body}</ol>`;
}

/** One level only: deeper items join the second level, so that no input makes the renderer recurse without end. */
function nested(lines: readonly string[]): Safe {
  const items: string[] = [];
  for (const line of lines) {
    const match = ITEM.exec(line);
    if (match) items.push(match[3]!);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return html`<ul>${items.map((item) => html`<li>${inline(item)}</li>`)}</ul>`;
}

function inline(text: string): Safe {
  let out = '';
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, bold, label, target] = match;
    out += escapeHtml(text.slice(last, match.index));
    if (code !== undefined) out += `<code>${escapeHtml(code)}</code>`;
    else if (bold !== undefined) out += `<strong>${escapeHtml(bold)}</strong>`;
    else out += link(label!, target!)?.text ?? escapeHtml(whole);
    last = match.index + whole.length;
  }
  return constant(out + escapeHtml(text.slice(last)));
}

/**
 * @param label text of the link
 * @param target an address from data
 * @returns the link, or undefined for anything but http(s)
 */
export function link(label: string, target: string): Safe | undefined {
  if (!URL.canParse(target)) return undefined;
  const url = new URL(target);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  return html`<a href="${url.href}" rel="noreferrer noopener">${label}</a>`;
}
