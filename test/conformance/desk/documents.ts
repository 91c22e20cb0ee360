import { describe, expect, test } from 'vitest';
import type { DeskEntry, DeskKind } from '../../../src/store/desk-store.ts';
import { NOW, type OpenDesk } from './desk-under-test.ts';

const entry = (id: string, document: object, more: Partial<DeskEntry> = {}): DeskEntry => ({
  kind: 'exception',
  id,
  document: document as DeskEntry['document'],
  by: 'ann',
  atMs: NOW,
  ...more,
});

/** What any store of the desk's documents must do. */
export function documentConformance(name: string, open: OpenDesk): void {
  describe(`documents in ${name}`, () => {
    test('the last version holds, by kind and id', async () => {
      const { desk } = await open();
      const [one, other] = [entry('b', { n: 1 }), entry('a', { n: { deep: ['é'] } })];
      for (const written of [one, other, entry('b', { list: true }, { kind: 'value-list' })])
        await desk.desk.put(written);
      expect(await desk.desk.list('exception')).toEqual([other, one]);
      const later = entry('b', { n: 2 }, { by: 'bob', atMs: NOW + 1 });
      await desk.desk.put(later);
      expect(await desk.desk.get('exception', 'b')).toEqual(later);
      expect(await desk.desk.get('exception', 'c')).toBeUndefined();
      expect((await desk.desk.list('value-list')).length).toBe(1);
      await desk.close();
    });

    test('every version is kept with who wrote it, a removal too', async () => {
      const { desk } = await open();
      await desk.desk.put(entry('a', { n: 1 }));
      await desk.desk.put(entry('a', { n: 2 }));
      expect(await desk.desk.remove('exception', 'a', 'bob', NOW + 7)).toBe(true);
      expect(await desk.desk.remove('exception', 'a', 'bob', NOW + 8)).toBe(false);
      expect(await desk.desk.remove('exception', 'nothing', 'bob', NOW)).toBe(false);
      expect(await desk.desk.get('exception', 'a')).toBeUndefined();
      expect(await desk.desk.list('exception')).toEqual([]);
      await desk.desk.put(entry('a', { n: 3 }));
      const history = await desk.desk.history('exception', 'a');
      expect(history.map(({ document, by }) => [document?.['n'], by])).toEqual([
        [3, 'ann'],
        [undefined, 'bob'],
        [2, 'ann'],
        [1, 'ann'],
      ]);
      await desk.close();
    });

    test.each(['user', 'api-key', 'shipper-object', 'notification'] satisfies DeskKind[])(
      'of %s no earlier version is kept',
      async (kind) => {
        const { desk } = await open();
        await desk.desk.put(entry('a', { hash: 'old' }, { kind }));
        await desk.desk.put(entry('a', { hash: 'new' }, { kind }));
        expect(await desk.desk.history(kind, 'a')).toEqual([entry('a', { hash: 'new' }, { kind })]);
        await desk.desk.remove(kind, 'a', 'bob', NOW);
        const removal = entry('a', {}, { kind, by: 'bob' });
        expect(await desk.desk.history(kind, 'a')).toEqual([{ ...removal, document: undefined }]);
        await desk.close();
      },
    );
  });
}
