import { countOf } from '../base/text/figures.ts';
import { printableLines } from '../base/text/printable.ts';
import type { PreviewAnswer } from '../server/contract/exceptions.ts';
import { say } from './terminal/output.ts';

/** Says on standard error what an exception would have hidden. */
export function sayPreview({ looked, isComplete, hidden, others, remarks }: PreviewAnswer): void {
  for (const remark of remarks) say(printableLines(remark));
  say(`Held against ${countOf(looked, 'alert')} of the past${isComplete ? '' : ', the newest of more'}:`);
  for (const { ruleId, count, unsettled, truePositives: positives, examples } of hidden) {
    const parts = [`${unsettled} not closed`, ...(positives > 0 ? [`${positives} CLOSED AS TRUE POSITIVE`] : [])];
    say(`  hides ${countOf(count, 'alert')} of ${ruleId} (${parts.join(', ')}), such as ${examples[0]}`);
  }
  if (hidden.length === 0) say('  hides none of them');
  for (const { ruleId, count, examples } of others) {
    say(`  leaves ${countOf(count, 'alert')} of ${ruleId} with the same values, such as ${examples[0]}`);
  }
}
