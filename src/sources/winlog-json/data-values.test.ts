import { expect, test } from 'vitest';
import { dataName } from '../windows/data-name.ts';
import { DataValues } from './data-values.ts';

const NONE = '';

/** Adds what the callback says to a new list. */
function filled(fill: (values: DataValues) => void): DataValues {
  const values = new DataValues();
  fill(values);
  return values;
}

test.each([1, 47, 48, 49, 200])('%d names are found, whatever their number', (count) => {
  const values = filled((list) => {
    for (let i = 0; i < count; i++) list.add(`few${i}`, [String(i)], 'event_data');
    list.add('few0', ['again'], 'event_data');
    list.add('FEW0', ['other spelling'], 'event_data');
    list.add('few0', ['other section'], 'user_data');
  });
  const seen: string[] = [];
  values.each((name, all, section) => void seen.push(`${section} ${name}=${all.join('+')}`));
  expect(seen).toHaveLength(count + 2);
  expect(seen[0]).toBe('event_data few0=0+again');
  expect(seen.slice(-2)).toEqual(['event_data FEW0=other spelling', 'user_data few0=other section']);
  expect(values.first(dataName(`few${count - 1}`))).toBe(String(count - 1));
  expect(values.all(dataName('few0'))).toEqual(['0', 'again', 'other spelling', 'other section']);
  values.clear();
  expect(values.has(dataName('few0'))).toBe(false);
});

test('what is added does not change the list it came from', () => {
  const own = ['a'];
  filled((list) => {
    list.add('Data', own, 'event_data');
    list.add('Data', ['b'], 'event_data');
  });
  expect(own).toEqual(['a']);
});

test('hundreds of thousands of unnamed values', () => {
  const values = filled((list) =>
    list.addAll(
      Array.from({ length: 300_000 }, () => NONE),
      'event_data',
    ),
  );
  expect(values.all(dataName('Data'))).toHaveLength(300_000);
});

test('hundreds of thousands of names; those that get no number are not taken for each other', () => {
  const values = filled((list) => {
    for (let i = 0; i < 100_000; i++) list.add(`many${i}`, [String(i)], 'event_data');
  });
  expect(values.first(-1)).toBeUndefined();
  expect(values.all(-1)).toBeUndefined();
  let wrong = 0;
  values.each((name, all) => {
    if (all.join() !== name.slice(4)) wrong++;
  });
  expect(wrong).toBe(0);
});

test.each([
  ['objects', '{"b":'.repeat(40), '}'.repeat(40), /^\{"b":.*1\}+$/],
  ['objects beyond all measure', '{"b":'.repeat(50_000), '}'.repeat(50_000), /^\(nested too deeply to be shown\)$/],
  ['lists beyond all measure', '['.repeat(50_000), ']'.repeat(50_000), /^\(nested too deeply to be shown\)$/],
])('%s: what is nested too deeply is shown as text, not left out', (_name, open, close, shown) => {
  const values = filled((list) => list.addAll({ A: JSON.parse(`${open}1${close}`) as unknown }, 'event_data'));
  const texts: string[] = [];
  values.each((_key, all) => void texts.push(...all));
  expect(texts).toEqual([expect.stringMatching(shown)]);
});
