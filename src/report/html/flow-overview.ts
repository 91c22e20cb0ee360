/** Which way the connections of findings went and what became of them. */
import type { Alert } from '../../detect/alert.ts';
import { alertValues } from '../alert-values.ts';
import { formatCount } from '../../base/text/figures.ts';
import { html, type Part } from './safe.ts';

/** Directions as the field catalogue names them, in the order in which they matter. */
const DIRECTIONS: Readonly<Record<string, string>> = {
  egress: 'Out to the Internet',
  ingress: 'In from the Internet',
  internal: 'Inside the network',
  external: 'Outside the network',
  undecided: 'Direction undecided',
};

/** Outcomes from weakest to strongest; other rungs of findings follow in the order in which they are met. */
const OUTCOMES: readonly string[] = ['unknown', 'attempted', 'refused', 'established'];
const LAST = 'moved';

/** Rungs of a finding are named by its rule; a table wider than this is no overview. */
const MAX_OUTCOMES = 12;

/** Counts findings by direction and outcome while the alerts are walked. */
export class FlowOverview {
  private readonly counts = new Map<string, Map<string, number>>();
  private readonly names = new Set<string>();

  add(alert: Alert): void {
    const direction = alertValues(alert, 'smb.flow.direction')[0];
    const outcome = alert.finding?.level ?? knownOutcome(alertValues(alert, 'smb.flow.outcome')[0]);
    if (direction === undefined || outcome === undefined) return;
    const row = DIRECTIONS[direction] === undefined ? 'undecided' : direction;
    const column = this.names.has(outcome) || this.names.size < MAX_OUTCOMES ? outcome : 'other';
    this.names.add(column);
    let counts = this.counts.get(row);
    if (!counts) this.counts.set(row, (counts = new Map()));
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }

  /** @returns findings of a direction with one of these outcomes, or with any */
  count(direction: string, outcomes?: readonly string[]): number {
    let total = 0;
    for (const [outcome, count] of this.counts.get(direction) ?? []) {
      if (!outcomes || outcomes.includes(outcome)) total += count;
    }
    return total;
  }

  /** @returns a cross table, or nothing when no finding is about a connection */
  table(): Part {
    if (this.counts.size === 0) return undefined;
    const columns = this.columns();
    const rows = Object.entries(DIRECTIONS).filter(([direction]) => this.counts.has(direction));
    const cell = (direction: string, outcome: string) => {
      const count = this.counts.get(direction)?.get(outcome) ?? 0;
      return html`<td class="num${count === 0 && ' muted'}">${count === 0 ? '–' : formatCount(count)}</td>`;
    };
    return html`<h3>Which way, and what became of it</h3>
<div class="scroll"><table><caption>Findings about connections by direction and outcome; the words are explained in the <a href="#glossary">glossary</a></caption>
<thead><tr><th scope="col">Direction</th>${columns.map((name) => html`<th scope="col" class="num">${name.replaceAll('_', ' ')}</th>`)}</tr></thead>
<tbody>${rows.map(([direction, words]) => html`<tr><th scope="row">${words}</th>${columns.map((name) => cell(direction, name))}</tr>`)}</tbody></table></div>`;
  }

  private columns(): string[] {
    const others = [...this.names].filter((name) => !OUTCOMES.includes(name) && name !== LAST).sort();
    const known = OUTCOMES.filter((name) => this.names.has(name));
    return [...known, ...others, ...(this.names.has(LAST) ? [LAST] : [])];
  }
}

/** Rungs come from rules, outcomes from evidence: what is no outcome of ours may not become a column. */
function knownOutcome(outcome: string | undefined): string | undefined {
  return outcome === undefined || outcome === LAST || OUTCOMES.includes(outcome) ? outcome : 'unknown';
}
