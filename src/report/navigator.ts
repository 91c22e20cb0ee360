/** A layer for the ATT&CK Navigator, format 4.5: techniques seen, and techniques that rules looked for and did not see. */
import { compareTexts } from '../base/order.ts';
import { printable, printableJson } from '../base/text/printable.ts';
import type { Threat } from '../detect/rule.ts';
import { countOf, formatRange } from '../base/text/figures.ts';
import type { ReportFormat } from './report.ts';
import { shownAlerts } from './rule-groups.ts';

/** What is known about one technique. */
interface Technique {
  readonly threat: Threat;
  /** Worst risk score of an alert, 0 when nothing was found. */
  score: number;
  /** Alerts by rule id; a rule that ran without alerts has 0. */
  readonly alerts: Map<string, number>;
}

/** ATT&CK Navigator layer; the score of a technique is the worst risk score seen. */
export const navigator: ReportFormat = {
  id: 'navigator',
  title: 'ATT&CK Navigator layer 4.5',
  extension: 'json',
  write(result, write, options) {
    const { summary } = result;
    const techniques = new Map<string, Technique>();
    const at = (threat: Threat, ruleId: string): Technique => {
      let technique = techniques.get(threat.technique);
      if (!technique) techniques.set(threat.technique, (technique = { threat, score: 0, alerts: new Map() }));
      if (!technique.alerts.has(ruleId)) technique.alerts.set(ruleId, 0);
      return technique;
    };
    for (const { rule } of summary.rules) for (const threat of rule.threat) at(threat, rule.id);
    for (const alert of shownAlerts(result, options)) {
      for (const threat of alert.threat) {
        const technique = at(threat, alert.rule.id);
        technique.score = Math.max(technique.score, alert.riskScore);
        technique.alerts.set(alert.rule.id, technique.alerts.get(alert.rule.id)! + 1);
      }
    }
    const sorted = [...techniques.values()].sort((a, b) => compareTexts(a.threat.technique, b.threat.technique));
    const range = formatRange(summary.firstTime, summary.lastTime);
    const layer = {
      name: 'SMB findings',
      versions: { attack: attackVersion(sorted), navigator: '5.1.0', layer: '4.5' },
      domain: 'enterprise-attack',
      description: `${countOf(summary.alertCount, 'finding')} in ${countOf(summary.events, 'event')}${range && `, ${range}`}`,
      sorting: 3,
      techniques: sorted.map(toEntry),
      gradient: { colors: ['#ffffff', '#ffd166', '#a3123a'], minValue: 0, maxValue: 100 },
      legendItems: [{ label: 'score: worst risk score found; 0: a rule looked and found nothing', color: '#ffffff' }],
      selectTechniquesAcrossTactics: true,
    };
    write(`${printableJson(layer, 2)}\n`);
  },
};

function toEntry(technique: Technique): unknown {
  const rules = [...technique.alerts].sort((a, b) => b[1] - a[1] || compareTexts(a[0], b[0]));
  return {
    techniqueID: technique.threat.technique,
    score: technique.score,
    enabled: true,
    comment: printable(rules.map(([rule, count]) => `${rule}: ${countOf(count, 'finding')}`).join('; ')),
    showSubtechniques: technique.threat.technique.includes('.'),
  };
}

/** The newest ATT&CK version a rule names, without minor number as the Navigator wants it. */
function attackVersion(techniques: readonly Technique[]): string {
  const versions = techniques.map((technique) => Number.parseInt(technique.threat.attackVersion, 10));
  return String(Math.max(18, ...versions.filter(Number.isFinite)));
}
