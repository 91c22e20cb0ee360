/** Shipped rules over what packets show: each speaks where it must and is silent where one thing is different. */
import { expect, test } from 'vitest';
import { Scene } from '../tools/smb-bytes/scene.ts';
import { PACKET_SCENES, type RuleScenes } from './packet-scenes.ts';
import { scanEvidence, shippedRules } from './scan-evidence.ts';

const { rules } = shippedRules();

/** Rules that speak of a scene. */
function speaking(draw: RuleScenes['fires']): ReadonlySet<string> {
  const scene = new Scene();
  draw(scene);
  const text = scene
    .end()
    .map((event) => JSON.stringify(event))
    .join('\n');
  return new Set(scanEvidence(rules, [{ name: 'packets.jsonl', text }]).alerts.map(({ rule }) => rule.id));
}

test.each(Object.entries(PACKET_SCENES))('%s', (id, { fires, silent }) => {
  expect([...speaking(fires)]).toContain(id);
  expect([...speaking(silent)]).not.toContain(id);
});
