import { describe, expect, test } from 'vitest';
import type { AlertSearch, StoredAlert } from '../../../src/store/alert-store.ts';
import { alert, type Desk, NOW, type OpenDesk, outcome } from './desk-under-test.ts';

async function all({ alerts }: Desk, search: Partial<AlertSearch> = {}): Promise<StoredAlert[]> {
  const found: StoredAlert[] = [];
  let after: string | undefined;
  do {
    const page = await alerts.search({ limit: 2, ...search, after });
    expect(page.alerts.length).toBeLessThanOrEqual(search.limit ?? 2);
    found.push(...page.alerts);
    after = page.next;
  } while (after !== undefined);
  return found;
}

const scored = (riskScore: number) => outcome([alert('a', 0, { riskScore })]);
const from = (ip: string) => ({ document: { source: { ip } } });
const minute = (n: number) => NOW + n * 60_000;
const idsOf = (alerts: readonly { readonly id: string }[]) => alerts.map(({ id }) => id);

const audit = (removed: number) => ({ atMs: NOW, by: 'smbastion', action: 'alert.retain', details: { removed } });

/** What any store of alerts must do. */
export function alertConformance(name: string, open: OpenDesk): void {
  describe(`alerts in ${name}`, () => {
    test('an alert is there once and as it was made', async () => {
      const { desk } = await open();
      const one = alert('a', 0, { document: { text: 'é\0"\\', 'odd.key': [1, null, { x: 1.5 }] } });
      expect(await desk.runs.finish(outcome([one, alert('b'), one]))).toEqual({ added: ['a', 'b'], raised: [] });
      expect(await desk.runs.finish(outcome([one]))).toEqual({ added: [], raised: [] });
      expect(await desk.alerts.get('a')).toEqual({
        ...one,
        about: { host: undefined, source: undefined, destination: undefined, account: undefined },
        state: 'open',
        verdict: undefined,
        history: [],
      });
      expect(await desk.alerts.get('nobody')).toBeUndefined();
      expect(await desk.alerts.known(['nobody', 'a'])).toEqual(new Set(['a']));
      expect(await desk.alerts.known([])).toEqual(new Set());
      await desk.close();
    });

    test('a known alert gets the new document and keeps who did what', async () => {
      const { desk } = await open();
      await desk.runs.finish(outcome([alert('a')]));
      await desk.alerts.change(['a'], { state: 'acknowledged', note: 'mine', by: 'ann', atMs: NOW + 5 });
      const later = alert('a', 3, { createdMs: NOW + 99, document: { host: { name: 'FS02' } } });
      expect(await desk.runs.finish(outcome([later]))).toEqual({ added: [], raised: [] });
      expect(await desk.alerts.get('a')).toEqual({
        ...later,
        createdMs: NOW + 1,
        about: { host: 'FS02', source: undefined, destination: undefined, account: undefined },
        state: 'acknowledged',
        verdict: undefined,
        history: [{ state: 'acknowledged', verdict: undefined, note: 'mine', by: 'ann', atMs: NOW + 5 }],
      });
      expect(idsOf(await all(desk, { text: 'fs02' }))).toEqual(['a']);
      expect(idsOf(await all(desk, { text: 'fs01' }))).toEqual([]);
      await desk.close();
    });

    test('a closed alert that becomes more severe is open again, and only then', async () => {
      const { desk } = await open();
      await desk.runs.finish(scored(47));
      const close = { state: 'closed', verdict: 'benign', note: '', by: 'ann', atMs: NOW } as const;
      await desk.alerts.change(['a'], close);
      expect(await desk.runs.finish(scored(47))).toEqual({ added: [], raised: [] });
      expect(await desk.alerts.get('a')).toMatchObject({ state: 'closed', verdict: 'benign' });
      expect(await desk.runs.finish(scored(73))).toEqual({ added: [], raised: ['a'] });
      const raised = await desk.alerts.get('a');
      expect(raised).toMatchObject({ state: 'open', verdict: undefined, riskScore: 73 });
      expect(raised?.history.map(({ by }) => by)).toEqual(['ann', 'rule']);
      // Less, and then as much as it was before: no news.
      await desk.alerts.change(['a'], close);
      await desk.runs.finish(scored(47));
      expect(await desk.runs.finish(scored(73))).toEqual({ added: [], raised: [] });
      expect(await desk.alerts.get('a')).toMatchObject({ state: 'closed', riskScore: 73 });
      await desk.close();
    });

    test('closed alerts go with their history once nothing has happened to them for long', async () => {
      const { desk, afterCrash } = await open();
      const old = { timeMs: NOW - 10, createdMs: NOW - 10 };
      const names = ['open', 'closed', 'closed lately', 'made lately', 'goes on', 'again'];
      await desk.runs.finish(
        outcome(
          names.map((id) =>
            alert(id, 0, {
              ...old,
              ...(id === 'made lately' && { createdMs: NOW }),
              ...(id === 'goes on' && { timeMs: NOW }),
            }),
          ),
        ),
      );
      const change = (ids: readonly string[], state: 'closed' | 'open', atMs: number) =>
        desk.alerts.change(ids, { state, note: '', by: 'ann', atMs });
      await change(names.slice(1), 'closed', NOW - 5);
      await change(['closed lately'], 'closed', NOW);
      await change(['again'], 'open', NOW - 4);
      expect(await desk.alerts.removeClosed(NOW, audit)).toBe(1);
      expect(await desk.alerts.removeClosed(NOW, audit)).toBe(0);
      const found = await afterCrash();
      expect(idsOf(await all(found)).sort()).toEqual(names.filter((id) => id !== 'closed').sort());
      expect((await found.audit.entries(9)).map(({ details }) => details)).toEqual([{ removed: 1 }]);
      // What is found again is an alert as if it never was.
      expect(await found.runs.finish(outcome([alert('closed', 0, old)]))).toEqual({ added: ['closed'], raised: [] });
      expect(await found.alerts.get('closed')).toMatchObject({ state: 'open', history: [] });
      await found.close();
    });

    test('what is new or more severe is news, in order and once', async () => {
      const { desk, afterCrash } = await open();
      expect(await desk.alerts.latestNews()).toBe(0);
      await desk.runs.finish(outcome([alert('a'), alert('b')]));
      await desk.runs.finish(outcome([alert('a')]));
      await desk.runs.finish(outcome([alert('c'), alert('a', 0, { riskScore: 99 })]));
      const news = await desk.alerts.news(0, 9);
      const told = [
        ['a', true],
        ['b', true],
        ['c', true],
        ['a', false],
      ];
      expect(news.map(({ alertId, isNew }) => [alertId, isNew])).toEqual(told);
      expect(await desk.alerts.latestNews()).toBe(news[3]!.number);
      expect(await desk.alerts.news(news[1]!.number, 1)).toEqual([news[2]]);
      const found = await afterCrash();
      expect(await found.alerts.news(0, 9)).toEqual(news);
      await desk.runs.forget(NOW + 1_000_000);
      expect(await desk.alerts.news(0, 9)).toEqual([news[3]]);
      await desk.runs.finish(outcome([alert('d')]));
      expect((await desk.alerts.news(news[3]!.number, 9)).map(({ alertId }) => alertId)).toEqual(['d']);
      await Promise.all([desk.close(), found.close()]);
    });

    test('pages come newest first, alerts of one moment by their ids, and together they are all', async () => {
      const { desk } = await open();
      await desk.runs.finish(outcome(['a', 'b', 'c', 'd', 'e'].map((id, i) => alert(id, i >> 1))));
      expect(idsOf(await all(desk))).toEqual(['e', 'd', 'c', 'b', 'a']);
      expect(idsOf(await all(desk, { limit: 3 }))).toEqual(['e', 'd', 'c', 'b', 'a']);
      const nonsense = desk.alerts.search({ limit: 1, after: "'; DROP TABLE alerts" });
      await expect(nonsense).rejects.toMatchObject({ code: 'STORE-CURSOR' });
      await desk.close();
    });

    test('alerts are chosen by what is asked', async () => {
      const { desk } = await open();
      await desk.runs.finish(
        outcome([
          alert('a', 0, { severity: 'high', createdMs: NOW + 50 }),
          alert('b', 1, { ruleId: 'sweep', document: { destination: { ip: '10.9.9.9' }, user: { name: 'Ann_1%' } } }),
          alert('c', 2, { isBuildingBlock: true }),
          alert('d', 3, { document: { kibana: { alert: { reason: 'Somebody wrote \\\\FS09\\ADMIN$' } } } }),
        ]),
      );
      await desk.alerts.change(['d'], { state: 'closed', verdict: 'duplicate', note: '', by: 'ann', atMs: NOW });
      const rows: [Partial<AlertSearch>, string[]][] = [
        [{}, ['d', 'b', 'a']],
        [{ withBuildingBlocks: true }, ['d', 'c', 'b', 'a']],
        [{ ids: ['d', 'nobody', 'a'] }, ['d', 'a']],
        [{ idPrefix: 'b' }, ['b']],
        [{ states: ['open', 'acknowledged'] }, ['b', 'a']],
        [{ states: [] }, []],
        [{ severities: ['high', 'critical'] }, ['a']],
        [{ ruleIds: ['sweep'] }, ['b']],
        [{ fromMs: NOW + 60_000, beforeMs: NOW + 180_000 }, ['b']],
        [{ createdFromMs: NOW + 2 }, ['a']],
        [{ text: '10.9.9' }, ['b']],
        [{ text: 'ANN_1%' }, ['b']],
        [{ text: 'nn%1' }, []],
        [{ text: '\\\\fs09\\admin$' }, ['d']],
        [{ text: 'fs01', severities: ['high'], states: ['open'] }, ['a']],
      ];
      for (const [search, expected] of rows)
        expect([search, idsOf(await all(desk, search))]).toEqual([search, expected]);
      await desk.close();
    });

    test('a change is made to those that are there, and remembered in order', async () => {
      const { desk } = await open();
      await desk.runs.finish(outcome([alert('a'), alert('b')]));
      const changed = await desk.alerts.change(['b', 'nobody', 'a'], {
        state: 'closed',
        verdict: 'false-positive',
        note: 'backup',
        by: 'ann',
        atMs: NOW,
      });
      expect([...changed].sort()).toEqual(['a', 'b']);
      expect(await desk.alerts.change([], { state: 'open', note: '', by: 'bob', atMs: NOW })).toEqual([]);
      await desk.alerts.change(['a'], { state: 'open', note: 'not so sure', by: 'bob', atMs: NOW - 1 });
      const [a, b] = [await desk.alerts.get('a'), await desk.alerts.get('b')];
      expect(a).toMatchObject({ state: 'open', verdict: undefined });
      expect(a?.history.map(({ by, note }) => [by, note])).toEqual([
        ['ann', 'backup'],
        ['bob', 'not so sure'],
      ]);
      expect(b).toMatchObject({ state: 'closed', verdict: 'false-positive', history: [{ verdict: 'false-positive' }] });
      await desk.close();
    });

    test('counts and groups are those of the alerts', async () => {
      const { desk } = await open();
      await desk.runs.finish(
        outcome([
          alert('a', 0, from('10.0.0.1')),
          alert('b', 1, { ...from('10.0.0.1'), severity: 'critical', riskScore: 99 }),
          alert('c', 2, from('10.0.0.2')),
          alert('d', 3, { ...from('10.0.0.2'), isBuildingBlock: true }),
          alert('e', 4, { document: {} }),
        ]),
      );
      await desk.alerts.change(['a'], { state: 'acknowledged', note: '', by: 'ann', atMs: NOW });
      const counts = await desk.alerts.counts();
      expect([...counts].sort((x, y) => x.count - y.count || x.state.localeCompare(y.state))).toEqual([
        { state: 'acknowledged', severity: 'medium', count: 1 },
        { state: 'open', severity: 'critical', count: 1 },
        { state: 'open', severity: 'medium', count: 2 },
      ]);
      expect(await desk.alerts.groups({}, 'source', 9)).toEqual([
        { value: '10.0.0.1', count: 2, open: 1, severity: 'critical', firstMs: minute(0), lastMs: minute(1) },
        { value: '10.0.0.2', count: 1, open: 1, severity: 'medium', firstMs: minute(2), lastMs: minute(2) },
        { value: undefined, count: 1, open: 1, severity: 'medium', firstMs: minute(4), lastMs: minute(4) },
      ]);
      expect(await desk.alerts.groups({ states: ['open'] }, 'rule', 1)).toMatchObject([{ count: 3 }]);
      for (const by of ['host', 'destination', 'account'] as const) {
        expect(await desk.alerts.groups({}, by, 9)).toMatchObject([{ value: undefined, count: 4 }]);
      }
      await desk.close();
    });
  });
}
