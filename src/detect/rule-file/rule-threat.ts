import type { TomlNode } from '../../base/toml/toml-node.ts';
import type { Threat } from '../rule.ts';
import { attackTechniques } from './attack-techniques.ts';
import type { RuleReading } from './rule-reading.ts';

/**
 * @param technique id of the right form
 * @param node where it stands, for a warning when we do not know the id
 * @param written what the rule says itself
 */
export function toThreat(
  reading: RuleReading,
  technique: string,
  node: TomlNode,
  written: {
    readonly name?: string | undefined;
    readonly tactic?: string | undefined;
    readonly version?: string | undefined;
  } = {},
): Threat {
  const known = attackTechniques().find(technique);
  if (!known && written.name === undefined) {
    reading.warn(
      'LINT-ATTACK',
      `${technique} is not among the techniques whose names we ship; give "name" and "tactic"`,
      node,
    );
  }
  return {
    technique,
    name: written.name ?? known?.name,
    tactic: written.tactic ?? known?.tactics[0],
    attackVersion: written.version ?? attackTechniques().version,
  };
}
