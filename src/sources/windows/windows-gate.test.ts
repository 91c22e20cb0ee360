import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyRecord } from '../../../test/tools/arbitrary-windows-records.ts';
import { security, sysmon, windowsEvent } from '../../../test/tools/windows-event.ts';
import { windowsRecord, type WindowsRecordParts } from '../../../test/tools/windows-record.ts';
import { fieldId, fields } from '../../event/field.ts';
import type { EventFacts } from '../../event/event-facts.ts';
import { factsOf } from './windows-facts.ts';
import { WindowsGate } from './windows-gate.ts';

const factsOfRecord = ({ channel, provider, eventId }: WindowsRecordParts) => factsOf(channel, provider, eventId);

test('the view has no field that was ruled out, and no other value where values were known', () => {
  fc.assert(
    fc.property(anyRecord, (parts) => {
      const facts = factsOfRecord(parts);
      const event = windowsEvent(parts);
      const wrong: string[] = [];
      event.each((field, value) => {
        if (!facts.canHave(field.id)) wrong.push(`${field.name} is there`);
        const known = facts.known(field.id);
        if (known && JSON.stringify(known) !== JSON.stringify([value].flat())) wrong.push(`${field.name} is ${value}`);
      });
      for (const field of fields.catalogued) {
        if (facts.known(field.id) && event.get(field.id) === undefined) wrong.push(`${field.name} is absent`);
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});

const known = (parts: WindowsRecordParts, name: string) => factsOfRecord(parts).known(fieldId(name));
const canHave = (parts: WindowsRecordParts, name: string) => factsOfRecord(parts).canHave(fieldId(name));

describe('what is known of a kind', () => {
  test.each([
    ['event.code', ['5145']],
    ['winlog.event_id', ['5145']],
    ['winlog.channel', ['Security']],
    ['event.provider', ['Microsoft-Windows-Security-Auditing']],
    ['event.dataset', ['system.security']],
    ['event.module', ['system']],
    ['event.category', ['network', 'file']],
    ['event.type', ['info', 'access']],
    ['event.action', ['network-share-object-access-checked']],
    ['destination.port', [445]],
    ['event.outcome', undefined],
    ['smb.share.name', undefined],
  ])('5145: %s', (name, values) => expect(known(security(5145, {}), name)).toEqual(values));

  test.each([
    [security(5145, {}), 'smb.share.admin', true],
    [security(5145, {}), 'smb.activity', true],
    [security(5145, {}), 'winlog.event_data.Anything', true],
    [security(5145, {}), 'process.command_line', false],
    [security(4688, {}), 'process.command_line', true],
    [security(4688, {}), 'smb.activity', false],
    [security(4688, {}), 'smb.flow.evidence', false],
    [security(4688, {}), 'smb.file.name', false],
    [sysmon(3, {}), 'smb.flow.direction', true],
    [sysmon(7, {}), 'smb.flow.direction', false],
    [security(5156, {}), 'smb.share.name', false],
    [{ eventId: 1 }, 'zeek.connection.state', false],
  ] as const)('%j %s %s', (parts, name, expected) => expect(canHave(parts, name)).toBe(expected));
});

test('a kind is asked once, whatever comes between, and without a gate everything is admitted', () => {
  const asked: (string | number | boolean)[] = [];
  const passed: [string, number][] = [];
  const gate = new WindowsGate({
    admits: (facts: EventFacts) => {
      const code = facts.known(fieldId('event.code'))![0]!;
      asked.push(code);
      return code === '5145';
    },
    pass: (dataset, time) => passed.push([dataset, time]),
  });
  const answers = [5145, 4688, 5145, 4688].flatMap((id) => [
    gate.admits('Security', undefined, id),
    gate.admits('System', undefined, id),
  ]);
  expect(answers).toEqual([true, true, false, false, true, true, false, false]);
  expect(asked).toEqual(['5145', '5145', '4688', '4688']);
  gate.pass(windowsRecord(sysmon(1, {})));
  expect(passed).toEqual([['windows.sysmon_operational', Date.parse('2026-03-02T10:00:00.1234567Z')]]);
  expect(new WindowsGate(undefined).admits('x', 'y', 1)).toBe(true);
});

test('a log of invented kinds is not asked for without end; what was not asked is wanted', () => {
  let asked = 0;
  const gate = new WindowsGate({ admits: () => ++asked < 0, pass: () => {} });
  expect(gate.admits('Security', 'P', 1)).toBe(false);
  expect(gate.admits('x'.repeat(10_000), 'P', 1)).toBe(true);
  for (let i = 0; i < 20_000; i++) gate.admits('Security', `invented ${i}`, i);
  expect(asked).toBe(5000);
  expect(gate.admits('Security', 'P', 1)).toBe(false);
  expect(gate.admits('Security', 'one more', 1)).toBe(true);
});
