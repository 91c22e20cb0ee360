import { describe, expect, test } from 'vitest';
import type { DeadLetter } from '../../../src/store/dead-letter-store.ts';
import { alert, NOW, type OpenDesk, outcome } from './desk-under-test.ts';

const act = (n: number) => ({ atMs: NOW + n, by: 'ann', action: 'rule.disable', details: { n, text: 'é"' } });

const letter = (n: number, content = '{'): DeadLetter => ({
  id: `l${n}`,
  atMs: NOW + n,
  intake: 'bulk',
  reason: 'no JSON',
  content,
  isBase64: false,
});

/** What any audit log and any store of dead letters must do. */
export function logConformance(name: string, open: OpenDesk): void {
  describe(`audit log and dead letters in ${name}`, () => {
    test('entries are numbered without a gap and hang together', async () => {
      const { desk } = await open();
      expect(await desk.audit.firstForged()).toBeUndefined();
      await Promise.all([1, 2, 3, 4, 5].map((n) => desk.audit.append(act(n))));
      const entries = await desk.audit.entries(9);
      expect(entries.map(({ number }) => number)).toEqual([5, 4, 3, 2, 1]);
      expect(entries.map(({ atMs, by, action, details }) => ({ atMs, by, action, details }))).toEqual(
        [5, 4, 3, 2, 1].map(act),
      );
      expect(new Set(entries.map(({ hash }) => hash)).size).toBe(5);
      expect((await desk.audit.entries(2, 4)).map(({ number }) => number)).toEqual([3, 2]);
      expect(await desk.audit.firstForged()).toBeUndefined();
      await desk.close();
    });

    test('dead letters come back as they came, the newest first, until they are removed', async () => {
      const { desk } = await open();
      await desk.deadLetters.add([letter(1, 'a\0b'), letter(2), letter(2)]);
      await desk.deadLetters.add([letter(3), letter(1)]);
      await desk.deadLetters.add([]);
      const { letters, next } = await desk.deadLetters.list(2);
      expect(letters).toEqual([letter(3), letter(2)]);
      expect(await desk.deadLetters.list(2, next)).toEqual({ letters: [letter(1, 'a\0b')], next: undefined });
      await expect(desk.deadLetters.list(2, 'x')).rejects.toMatchObject({ code: 'STORE-CURSOR' });
      expect(await desk.deadLetters.remove(['l1', 'nothing'])).toBe(1);
      expect(await desk.deadLetters.count()).toEqual({ held: 2, discarded: 0 });
      await desk.close();
    });

    test('a change and its entry in the audit log are both there, or neither is', async () => {
      const { desk } = await open();
      await desk.runs.finish(outcome([alert('a')]));
      const change = { state: 'acknowledged', note: '', by: 'ann', atMs: NOW } as const;
      const entry = { kind: 'exception', id: 'e', document: { n: 1 }, by: 'ann', atMs: NOW } as const;
      await desk.desk.put(entry, act(1));
      // An entry that cannot be written, when the change has been.
      const broken = { ...act(2), details: { n: 1n } };
      await expect(desk.alerts.change(['a'], change, () => broken)).rejects.toThrow('BigInt');
      await expect(desk.desk.put({ ...entry, document: { n: 2 } }, broken)).rejects.toThrow('BigInt');
      await expect(desk.desk.remove('exception', 'e', 'ann', NOW, broken)).rejects.toThrow('BigInt');
      expect(await desk.alerts.get('a')).toMatchObject({ state: 'open', history: [] });
      expect(await desk.desk.get('exception', 'e')).toEqual(entry);
      expect((await desk.audit.entries(9)).length).toBe(1);
      await desk.alerts.change(['a', 'nobody'], change, (changed) => ({ ...act(3), details: { changed } }));
      await desk.alerts.change(['nobody'], change, () => act(4));
      expect(await desk.desk.remove('exception', 'nothing', 'ann', NOW, act(5))).toBe(false);
      expect(await desk.desk.remove('exception', 'e', 'ann', NOW, act(6))).toBe(true);
      expect((await desk.audit.entries(9)).map(({ details }) => details)).toEqual([
        act(6).details,
        { changed: ['a'] },
        act(1).details,
      ]);
      expect(await desk.audit.firstForged()).toBeUndefined();
      await desk.close();
    });

    test('what was written is there after a crash', async () => {
      const { desk, afterCrash } = await open();
      for (let n = 1; n <= 3; n++) {
        await desk.runs.finish(outcome([alert(`a${n}`), alert('same', n)], { state: { n } }));
        await desk.alerts.change(['same'], { state: 'acknowledged', note: String(n), by: 'ann', atMs: NOW });
        await desk.desk.put({ kind: 'exception', id: 'e', document: { n }, by: 'ann', atMs: NOW });
        await desk.audit.append(act(n));
        await desk.deadLetters.add([letter(n)]);
      }
      const found = await afterCrash();
      expect(await found.alerts.search({ limit: 9 })).toEqual(await desk.alerts.search({ limit: 9 }));
      expect((await found.alerts.get('same'))?.history.length).toBe(3);
      expect(await found.runs.latest(undefined, 9)).toEqual(await desk.runs.latest(undefined, 9));
      expect(await found.runs.state('admin-share-write')).toEqual({ n: 3 });
      expect(await found.desk.get('exception', 'e')).toMatchObject({ document: { n: 3 } });
      await found.audit.append(act(4));
      expect(await found.audit.firstForged()).toBeUndefined();
      expect((await found.audit.entries(1))[0]?.number).toBe(4);
      expect(await found.deadLetters.count()).toEqual({ held: 3, discarded: 0 });
      await Promise.all([desk.close(), found.close()]);
    });
  });
}
