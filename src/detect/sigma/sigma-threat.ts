import { attackTechniques } from '../rule-file/attack-techniques.ts';
import type { Threat } from '../rule.ts';

/** `attack.t1021.002`, in any letter case. */
const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/i;

/** `attack.lateral-movement` or, as older rules have it, `attack.lateral_movement`. */
const TACTIC = /^attack\.([a-z][a-z_-]+)$/i;

/**
 * @param tags of a Sigma document
 * @returns its ATT&CK techniques; of a technique with several tactics the one that is tagged, too
 */
export function sigmaThreat(tags: readonly string[]): Threat[] {
  const { version, find } = attackTechniques();
  const tactics = tags.flatMap((tag) => {
    const name = TACTIC.exec(tag)?.[1];
    return name === undefined ? [] : [titleCase(name)];
  });
  return tags.flatMap((tag) => {
    const technique = TECHNIQUE.exec(tag)?.[1]?.toUpperCase();
    if (technique === undefined) return [];
    const known = find(technique);
    const tactic = known?.tactics.find((one) => tactics.includes(one)) ?? known?.tactics[0];
    return [
      {
        technique,
        name: known?.name,
        tactic: tactic ?? (tactics.length === 1 ? tactics[0] : undefined),
        attackVersion: version,
      },
    ];
  });
}

/** ATT&CK writes small words small: Command and Control. */
function titleCase(name: string): string {
  return name
    .toLowerCase()
    .split(/[_-]/)
    .map((word) => (word === 'and' ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(' ');
}
