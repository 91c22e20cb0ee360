import { type Document, isDocument } from '../../event/document.ts';
import type { StoredAlert } from '../../store/alert-store.ts';
import type { Term } from '../alert.ts';
import type { ProposalSource } from './propose-exception.ts';

/** @returns what a proposal is made from, taken from the document that a store keeps (alerts/alert-document.ts) */
export function storedAlertSource({ id, ruleId, timeMs, document }: StoredAlert): ProposalSource {
  const inAlert = inside(document, 'kibana', 'alert');
  const ours = inside(document, 'smbastion');
  const name = inside(inAlert, 'rule')['name'];
  const count = ours['member_count'];
  const time = timeMs === 0 ? Number.NaN : timeMs;
  const terms = termsOf(inside(inAlert, 'threshold_result')['terms']);
  const key = termsOf(inside(ours, 'finding')['key']);
  return {
    id,
    rule: { id: ruleId },
    name: typeof name === 'string' ? name : ruleId,
    originalTime: time,
    lastTime: time,
    document,
    memberCount: typeof count === 'number' ? count : 1,
    members: listOf(ours['members']).map((member) => ({ id: String(member['id']) })),
    group: terms && { terms },
    finding: key && { key },
  };
}

function termsOf(value: unknown): Term[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return listOf(value).map((term) => ({ field: String(term['field']), value: String(term['value']) }));
}

function listOf(value: unknown): Document[] {
  return Array.isArray(value) ? value.filter(isDocument) : [];
}

function inside(document: Document, ...path: readonly string[]): Document {
  let at = document;
  for (const key of path) {
    const next = at[key];
    if (!isDocument(next)) return {};
    at = next;
  }
  return at;
}
