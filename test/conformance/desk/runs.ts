import { describe, expect, test } from 'vitest';
import type { MatchesKept, MatchSearch, RuleGap, RuleMatch } from '../../../src/store/run-store.ts';
import { alert, NOW, type OpenDesk, outcome, run } from './desk-under-test.ts';

const gap = (id: string, more: Partial<RuleGap> = {}): RuleGap => ({
  id,
  ruleId: 'sweep',
  afterPosition: 3,
  toPosition: 9,
  reason: 'too old',
  foundMs: NOW,
  filledMs: undefined,
  ...more,
});

const match = (n: number, group: string | undefined): RuleMatch => ({
  id: `e${n}`,
  timeMs: NOW + n,
  position: n,
  group,
  provenance: { file: 'f', format: 'zeek', line: n },
  values: ['x', n, true, undefined, ['a', 'b']],
});

/** What any store of runs must do. */
export function runConformance(name: string, open: OpenDesk): void {
  describe(`runs in ${name}`, () => {
    test('runs come back as they were, the one that was written last first, whatever the clock said', async () => {
      const { desk } = await open();
      const first = run('1', { status: 'partial', reason: 'overflow', fromMs: NOW - 5, toMs: NOW, overflow: 7 });
      const runs = [first, run('2', { startedMs: NOW + 1 }), run('3', { ruleId: 'sweep', startedMs: NOW - 1 })];
      for (const one of runs) await desk.runs.finish({ run: one, alerts: [], state: undefined });
      expect(await desk.runs.latest(undefined, 9)).toEqual([runs[2], runs[1], runs[0]]);
      expect(await desk.runs.latest(undefined, 1)).toEqual([runs[2]]);
      expect(await desk.runs.latest('sweep', 9)).toEqual([runs[2]]);
      expect(await desk.runs.latest('nothing', 9)).toEqual([]);
      await desk.close();
    });

    test('what a rule remembers is kept until the next run says otherwise', async () => {
      const { desk } = await open();
      expect(await desk.runs.state('sweep')).toBeUndefined();
      const finish = (id: string, state: object | undefined) =>
        desk.runs.finish({ run: run(id, { ruleId: 'sweep' }), alerts: [], state: state as never });
      await finish('1', { position: 10, seen: ['a'] });
      await finish('2', undefined);
      expect(await desk.runs.state('sweep')).toEqual({ position: 10, seen: ['a'] });
      await finish('3', { position: 20 });
      expect(await desk.runs.state('sweep')).toEqual({ position: 20 });
      expect(await desk.runs.state('other')).toBeUndefined();
      await desk.close();
    });

    test('events that a rule remembers are found by group and time, until they are forgotten', async () => {
      const { desk } = await open();
      const keep = (id: string, ruleId: string, matches: MatchesKept) =>
        desk.runs.finish({ run: run(id, { ruleId }), alerts: [], state: undefined, matches });
      const ids = async (search: Partial<MatchSearch> = {}) => {
        const all = { groups: ['g', 'h'], fromMs: 0, beforeMs: Infinity, limit: 9, ...search };
        return (await desk.runs.matches('sweep', all)).map(({ id }) => id);
      };
      await keep('1', 'sweep', {
        isAnew: false,
        added: [match(1, 'g'), match(3, 'h'), match(2, undefined)],
        fromMs: 0,
      });
      await keep('2', 'sweep', { isAnew: false, added: [match(4, 'g')], fromMs: 0 });
      await keep('3', 'other', { isAnew: true, added: [match(5, 'g')], fromMs: 0 });
      expect(await ids({ groups: undefined })).toEqual(['e4', 'e3', 'e2', 'e1']);
      const only = { groups: ['g'], fromMs: NOW + 2, beforeMs: NOW + 4, limit: 9 };
      expect(await desk.runs.matches('sweep', only)).toEqual([match(2, undefined)]);
      expect([await ids(), await ids({ groups: ['h'], limit: 1 }), await ids({ groups: [] })]).toEqual([
        ['e4', 'e3', 'e2', 'e1'],
        ['e3'],
        ['e2'],
      ]);
      expect([await desk.runs.matchTime('sweep', 1), await desk.runs.matchTime('sweep', 4)]).toEqual([
        NOW + 3,
        undefined,
      ]);
      await keep('4', 'sweep', { isAnew: false, added: [match(0, 'g'), match(6, 'g')], fromMs: NOW + 3 });
      expect(await ids()).toEqual(['e6', 'e4', 'e3']);
      await keep('5', 'sweep', { isAnew: true, added: [match(7, 'h')], fromMs: 0 });
      expect(await ids()).toEqual(['e7']);
      await desk.close();
    });

    test('all of a run is written, or nothing', async () => {
      const { desk } = await open();
      await desk.runs.finish(outcome([alert('a')], { state: { position: 1 }, gaps: [gap('g')] }));
      const circular: { self?: unknown } = {};
      circular.self = circular;
      const broken = desk.runs.finish({
        ...outcome([alert('a', 5), alert('b')], { filled: ['g'], gaps: [gap('h')] }),
        run: run('broken'),
        state: circular,
      });
      await expect(broken).rejects.toThrow();
      expect(await desk.alerts.search({ limit: 9 })).toMatchObject({ alerts: [{ id: 'a', timeMs: NOW }] });
      expect((await desk.runs.latest(undefined, 9)).map(({ id }) => id)).toEqual(['run a']);
      expect(await desk.runs.state('admin-share-write')).toEqual({ position: 1 });
      expect(await desk.runs.gaps()).toEqual([gap('g')]);
      await desk.close();
    });

    test('gaps are known until they are filled, and then when', async () => {
      const { desk } = await open();
      await desk.runs.finish(outcome([], { gaps: [gap('g'), gap('h', { ruleId: 'walk', foundMs: NOW + 1 })] }));
      await desk.runs.finish(outcome([], { run: run('later', { endedMs: NOW + 500 }), filled: ['g', 'unknown'] }));
      expect(await desk.runs.gaps()).toEqual([
        gap('g', { filledMs: NOW + 500 }),
        gap('h', { ruleId: 'walk', foundMs: NOW + 1 }),
      ]);
      expect((await desk.runs.gaps('walk')).map(({ id }) => id)).toEqual(['h']);
      await desk.close();
    });

    test('what exceptions silenced adds up', async () => {
      const { desk } = await open();
      const hit = { exceptionId: 'backup', ruleId: 'sweep', count: 2, lastMs: NOW };
      await desk.runs.finish(outcome([], { hits: [hit, { ...hit, exceptionId: 'scanner' }] }));
      await desk.runs.finish(
        outcome([], {
          hits: [
            { ...hit, count: 5, lastMs: NOW - 9 },
            { ...hit, ruleId: 'walk' },
          ],
        }),
      );
      expect(await desk.runs.exceptionHits()).toEqual([
        { ...hit, count: 7 },
        { ...hit, ruleId: 'walk' },
        { ...hit, exceptionId: 'scanner' },
      ]);
      await desk.close();
    });

    test('old runs are forgotten, but the last one of each rule', async () => {
      const { desk } = await open();
      for (let i = 0; i < 6; i++) {
        const more = { ruleId: i % 2 ? 'sweep' : 'walk', startedMs: NOW + i, endedMs: NOW + i };
        await desk.runs.finish({ run: run(String(i), more), alerts: [], state: undefined });
      }
      await desk.runs.forget(NOW + 3);
      expect((await desk.runs.latest(undefined, 9)).map(({ id }) => id)).toEqual(['5', '4', '3']);
      await desk.runs.forget(NOW + 100);
      expect((await desk.runs.latest(undefined, 9)).map(({ id }) => id)).toEqual(['5', '4']);
      await desk.close();
    });

    test('runs of several rules that end at once are all there', async () => {
      const { desk } = await open();
      const rules = Array.from({ length: 20 }, (_, i) => `rule-${i}`);
      await Promise.all(
        rules.map((ruleId) => {
          const alerts = [alert(`shared-${rules.indexOf(ruleId) % 5}`), alert(ruleId)];
          return desk.runs.finish({ run: run(ruleId, { ruleId }), alerts, state: { ruleId } });
        }),
      );
      expect((await desk.runs.latest(undefined, 99)).length).toBe(20);
      expect((await desk.alerts.search({ limit: 99 })).alerts.length).toBe(25);
      for (const ruleId of rules) expect(await desk.runs.state(ruleId)).toEqual({ ruleId });
      await desk.close();
    });
  });
}
