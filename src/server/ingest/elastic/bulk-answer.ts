/** The answer to a bulk request: one item an action, in the same order. */
import type { Document } from '../../../event/document.ts';
import type { ItemOutcome } from '../delivery.ts';
import type { BulkHeader } from './bulk-body.ts';

/**
 * @param tookMs how long it took
 * @param headers action of each item
 * @param outcomes what became of each, in the same order
 * @param firstNumber `_seq_no` of the first item that is new
 */
export function bulkAnswer(
  tookMs: number,
  headers: readonly BulkHeader[],
  outcomes: readonly ItemOutcome[],
  firstNumber: number,
): Document {
  let errors = false;
  let number = firstNumber;
  const items = headers.map((header, i) => {
    const outcome = outcomes[i]!;
    const result = itemAnswer(header, outcome, number);
    if (outcome.kind === 'created') number++;
    if ('error' in result) errors = true;
    return { [header.action]: { _index: header.index ?? '', _id: idOf(header, outcome), ...result } };
  });
  return { took: Math.round(tookMs), errors, items };
}

function idOf({ id }: BulkHeader, outcome: ItemOutcome): string | null {
  return id ?? ('id' in outcome ? outcome.id : null);
}

function itemAnswer(header: BulkHeader, outcome: ItemOutcome, number: number): Document {
  switch (outcome.kind) {
    case 'created':
      return { _version: 1, result: 'created', _seq_no: number, _primary_term: 1, status: 201 };
    case 'duplicate':
      // An event does not change: indexing it again leaves it as it was.
      if (header.action === 'index') return { _version: 1, result: 'noop', status: 200 };
      return failed(
        409,
        'version_conflict_engine_exception',
        `[${header.id ?? outcome.id}]: version conflict, document already exists`,
      );
    case 'empty':
      return { result: 'noop', status: 200 };
    case 'unreadable':
      return failed(400, 'document_parsing_exception', outcome.reason);
    case 'refused':
      return failed(400, 'illegal_argument_exception', outcome.reason);
    case 'failed':
      return failed(429, 'es_rejected_execution_exception', outcome.reason);
  }
}

function failed(status: number, type: string, reason: string): Document {
  return { status, error: { type, reason } };
}
