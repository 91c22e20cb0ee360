import { remember } from '../../../base/remember.ts';

/** Bits 52 and 53 of Keywords, seen as the fourteenth hexadecimal digit from the right. */
const AUDIT_FAILURE = 1;
const AUDIT_SUCCESS = 2;

/**
 * @param keywords hexadecimal, `0x8020000000000000`
 * @returns what an audit event says of its outcome, here and nowhere else; undefined when it says nothing
 */
export function auditOutcome(keywords: string | undefined): 'success' | 'failure' | undefined {
  return keywords === undefined ? undefined : outcomeOf(keywords);
}

const outcomeOf = remember((keywords: string): 'success' | 'failure' | undefined => {
  if (!/^0x[0-9a-fA-F]{14,16}$/.test(keywords)) return undefined;
  const bits = Number.parseInt(keywords.at(-14)!, 16);
  if ((bits & AUDIT_FAILURE) !== 0) return 'failure';
  return (bits & AUDIT_SUCCESS) !== 0 ? 'success' : undefined;
});
