import { spawnSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ENGINE_FLAGS, setEngineFlags } from './engine-flags.ts';

/** Objects alive at any time, about 70 MB. */
const ALIVE = 2_000_000;
/** Those that are replaced, one after another: so many that each outlives the collections of new objects. */
const REPLACED = 1_500_000;
const REPLACEMENTS = 12_000_000;

function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')!.space_used_size;
}

test('what nobody needs any more is collected before it is twice what is alive', async () => {
  setEngineFlags();
  const objects = Array.from({ length: ALIVE }, (_, number) => ({ number }));
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const alive = oldBytes();
  let most = alive;
  for (let i = 0; i < REPLACEMENTS; i++) {
    objects[i % REPLACED] = { number: i };
    if (i % 10_000 === 0) most = Math.max(most, oldBytes());
    // Collecting goes on beside the program and ends between its turns.
    if (i % 100_000 === 0) await setImmediate();
  }
  expect(objects).toHaveLength(ALIVE);
  // 1.5 to 1.9 with the limit, as much dies while it is collected; 4.3 to 5 without.
  expect(most / alive).toBeLessThan(3);
});

test('this version of node knows the flags', () => {
  const { status, stderr } = spawnSync(process.execPath, [...ENGINE_FLAGS, '-e', ''], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
});
