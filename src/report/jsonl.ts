import { printableJson } from '../base/text/printable.ts';
import { toAlertDocument } from '../detect/alerts/alert-document.ts';
import { toMemberDocuments } from '../detect/alerts/member-documents.ts';
import type { ReportFormat } from './report.ts';
import { shownAlerts } from './rule-groups.ts';

/** One ECS alert document a line and nothing else; the same evidence and rules give the same bytes. */
export const jsonl: ReportFormat = {
  id: 'jsonl',
  title: 'One ECS alert document a line',
  extension: 'jsonl',
  write(result, write, options) {
    for (const alert of shownAlerts(result, options)) {
      write(`${printableJson(toAlertDocument(alert))}\n`);
      if (!options.showMembers) continue;
      for (const member of toMemberDocuments(alert)) write(`${printableJson(member)}\n`);
    }
  },
};
