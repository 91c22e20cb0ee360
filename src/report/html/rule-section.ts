/** One rule with its alerts: what it means, what was found, what to do, when it is wrong. */
import type { Threat } from '../../detect/rule.ts';
import type { RuleResult } from '../../detect/scan-result.ts';
import { countOf, formatCount } from '../../base/text/figures.ts';
import type { RuleGroup } from '../rule-groups.ts';
import { severityWords } from '../severity-order.ts';
import { alertArticle } from './alert-article.ts';
import { link, renderMarkdown } from './markdown.ts';
import { html, lines, type Part, type Safe } from './safe.ts';
import { severityMark } from './severity-mark.ts';

/** Alerts of a rule that stand open; the others are folded below them. */
const ALERTS_OPEN = 10;

/** Writes the section in pieces, so that only one alert at a time is held as text. */
export function writeRuleSection(
  write: (piece: Safe) => void,
  group: RuleGroup,
  result: RuleResult | undefined,
  anchor: string,
): void {
  const { rule, shown } = group;
  write(html`<section class="rule" id="${anchor}" aria-labelledby="${anchor}-title">
<h3 id="${anchor}-title">${rule.name}</h3>
<p class="meta">${severityMark(group.worst)}<span>${countOf(group.count, 'finding')}: ${severityWords(group.bySeverity)}</span></p>
<p class="meta"><span class="data">${rule.id}</span>${rule.threat.map((threat) => html`<span>${attackLink(threat)}</span>`)}</p>
${paragraphs(rule.description)}
${remarks(result)}
`);
  for (const alert of shown.slice(0, ALERTS_OPEN)) write(alertArticle(alert));
  if (shown.length > ALERTS_OPEN) {
    write(html`<details class="more"><summary>Show ${formatCount(shown.length - ALERTS_OPEN)} more</summary>`);
    for (const alert of shown.slice(ALERTS_OPEN)) write(alertArticle(alert));
    write(html`</details>`);
  }
  const rest = group.count - shown.length;
  if (rest > 0) {
    write(
      html`<p class="muted">${countOf(rest, 'further finding is', 'further findings are')} counted but not shown here, none worse than those shown; <code>--format jsonl</code> holds all.</p>`,
    );
  }
  write(html`${folded('Investigation guide', rule.note !== '' && renderMarkdown(rule.note, 4))}
${folded('When this is a false positive', rule.falsePositives.length > 0 && html`<ul>${rule.falsePositives.map((text) => html`<li>${text}</li>`)}</ul>`)}
${folded('What the rule needs', rule.setup !== '' && renderMarkdown(rule.setup, 4))}
${folded('Condition', rule.query !== '' && html`<pre><code>${lines(rule.query)}</code></pre>`)}
${folded('References', rule.references.length > 0 && html`<ul>${rule.references.map((text) => html`<li>${link(text, text) ?? text}</li>`)}</ul>`)}
</section>
`);
}

function paragraphs(text: string): Part {
  return text
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => html`<p>${paragraph.replace(/\s+/g, ' ').trim()}</p>`);
}

function folded(title: string, body: Part): Part {
  return (
    body !== false && html`<details class="print"><summary>${title}</summary><div class="guide">${body}</div></details>`
  );
}

function remarks(result: RuleResult | undefined): Part {
  if (!result) return undefined;
  const found = [
    ...result.counters.map(({ name, count, hint }) => `${name}: ${countOf(count, 'event')} — ${hint}`),
    result.suppressed > 0 && `${countOf(result.suppressed, 'further match', 'further matches')} suppressed.`,
    result.buildingBlocks > 0 && `${countOf(result.buildingBlocks, 'weak sign')} kept for other rules.`,
    result.excepted > 0 && `${countOf(result.excepted, 'match', 'matches')} silenced by exceptions.`,
  ].filter((line) => line !== false);
  return found.length > 0 && html`<ul class="small">${found.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** The technique with its page at attack.mitre.org; text when the id has another shape */
function attackLink(threat: Threat): Part {
  const match = /^(T\d{4})(?:\.(\d{3}))?$/.exec(threat.technique);
  const label = threat.name === undefined ? threat.technique : `${threat.technique} ${threat.name}`;
  if (!match) return label;
  return link(label, `https://attack.mitre.org/techniques/${match[1]}/${match[2] === undefined ? '' : `${match[2]}/`}`);
}
