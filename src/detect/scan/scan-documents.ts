import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import type { Alert } from '../alert.ts';
import type { Rule } from '../rule.ts';
import { Scan, type ScanFindings, type ScanOptions } from './scan.ts';

/**
 * Runs rules over documents in memory: what tests and examples need.
 *
 * @param documents events, in any order
 * @returns the findings with their alerts in a list; temporary files are removed already
 */
export function scanDocuments(
  rules: readonly Rule[],
  documents: Iterable<Document>,
  options: Partial<Omit<ScanOptions, 'rules'>> = {},
): Omit<ScanFindings, 'alerts' | 'close'> & { readonly alerts: readonly Alert[] } {
  const networks = options.networks ?? new Networks();
  const scan = new Scan({ ...options, rules, networks });
  const view = new DocumentEvent(networks);
  for (const document of documents) {
    view.point(document);
    scan.onEvent(view);
  }
  const { close, ...findings } = scan.finish();
  const alerts = [...findings.alerts];
  close();
  return { ...findings, alerts };
}
