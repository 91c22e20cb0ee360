import { expect, test } from 'vitest';
import { fieldId, fields } from './field.ts';

test('names that evidence invents leave those that are asked for alone', () => {
  let last = '';
  for (let i = 0; i < 60_000; i++) {
    last = `winlog.event_data.Invented${i}`;
    fields.met(last);
  }
  expect(fields.met(last)).toBeUndefined();
  expect(fields.met('source.ip')?.type).toBe('ip');
  expect(fields.find('winlog.event_data.AskedByARule')?.name).toBe('winlog.event_data.AskedByARule');
  // Once somebody asks for a name, it is known when it is met.
  expect(fields.met('winlog.event_data.AskedByARule')).toBeDefined();
  expect(fieldId('suricata.eve.named_by_the_program')).toBeGreaterThan(0);
  expect(fields.find(last)?.name).toBe(last);
});

test('what people ask for is bounded, what the program names is not', () => {
  for (let i = 0; i < 60_000; i++) fields.find(`winlog.event_data.Asked${i}`);
  expect(fields.find('winlog.event_data.OneMore')).toBeUndefined();
  expect(fields.get('winlog.event_data.OneMore').catalogued).toBe(false);
});
