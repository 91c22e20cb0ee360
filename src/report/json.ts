import { printableJson } from '../base/text/printable.ts';
import { toAlertDocument } from '../detect/alerts/alert-document.ts';
import type { ReportFormat } from './report.ts';
import { shownAlerts } from './rule-groups.ts';
import { summaryDocument } from './summary-document.ts';

/** One object `{summary, alerts}`, written while the alerts are walked, one alert a line. */
export const json: ReportFormat = {
  id: 'json',
  title: 'One JSON object with summary and alerts',
  extension: 'json',
  write(result, write, options) {
    write(`{\n"summary": ${printableJson(summaryDocument(result.summary), 2)},\n"alerts": [`);
    let separator = '\n';
    for (const alert of shownAlerts(result, options)) {
      write(separator + printableJson(toAlertDocument(alert)));
      separator = ',\n';
    }
    write('\n]\n}\n');
  },
};
