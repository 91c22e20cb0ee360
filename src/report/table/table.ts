/** The report for a terminal: the answer first, worst first, and at the end what the answer rests on. */
import type { ScanSummary } from '../../detect/scan-result.ts';
import { headline } from '../headline.ts';
import type { ReportFormat } from '../report.ts';
import { groupByRule, shownAlerts } from '../rule-groups.ts';
import { writeNothingFound } from './nothing-found.ts';
import { writeRemarks, writeRuleBlock } from './rule-block.ts';
import { Screen } from './screen.ts';
import { writeSeverityBar } from './severity-bar.ts';
import { writeSummary } from './summary.ts';

/** Alerts shown for one rule: enough to recognise what it is about, few enough that five rules fit a screen. */
const ALERTS_PER_RULE = 5;

/** Text for a terminal of 80 columns or more. */
export const table: ReportFormat = {
  id: 'table',
  title: 'Text for a terminal',
  extension: 'txt',
  write(result, write, options) {
    const { summary } = result;
    const screen = new Screen(write, options);
    const groups = groupByRule(() => shownAlerts(result, options), { perRule: ALERTS_PER_RULE, total: Infinity });
    writeHeadline(screen, summary);
    if (summary.alertCount > 0) writeSeverityBar(screen, summary.bySeverity);
    if (groups.length === 0) writeNothingFound(screen, summary);

    const results = new Map(summary.rules.map((entry) => [entry.rule.id, entry]));
    for (const group of groups) {
      writeRuleBlock(screen, group, results.get(group.rule.id));
      results.delete(group.rule.id);
    }
    const quiet = [...results.values()].filter(
      (entry) => entry.counters.length + entry.suppressed + entry.excepted + entry.buildingBlocks > 0,
    );
    if (quiet.length > 0 && groups.length > 0) {
      screen.heading('Counted by rules without findings');
      for (const entry of quiet) {
        screen.prose(entry.rule.id, 2);
        writeRemarks(screen, entry);
      }
    }
    writeSummary(screen, summary);
  },
};

/** On one line where it fits. */
function writeHeadline(screen: Screen, summary: ScanSummary): void {
  const { found, range } = headline(summary);
  const whole = range === '' ? found : `${found}, ${range}`;
  if (whole.length <= screen.width) {
    screen.line(screen.bold(whole));
  } else {
    screen.prose(found, 0, '', screen.bold);
    screen.prose(range, 0);
  }
  if (summary.interrupted) screen.prose('Stopped before the end: this is what was found until then.', 0);
}
