import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Rule } from '../../detect/rule.ts';
import type { Service } from '../service.ts';

/** @throws API-NOT-FOUND when there is no such rule */
export function ruleOf({ detection }: Service, id: string): Rule {
  const rule = detection.rules.find((one) => one.id === id);
  if (rule) return rule;
  const ids = detection.rules.map((one) => one.id);
  throw new SmbError('API-NOT-FOUND', `There is no rule "${id}".${didYouMean(id, ids)}`, {
    fix: 'smbastion rules list names them',
  });
}
