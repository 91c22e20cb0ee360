/** Events of the SMB and NTLM channels become what they mean, wherever in the record and in whatever form their values stand. */
import { describe, expect, test } from 'vitest';
import { fieldId } from '../../src/event/field.ts';
import { evtx } from '../../src/sources/evtx/evtx.ts';
import { readAll } from '../conformance/sources.ts';
import type { Form } from './evtx-writer/description.ts';
import { writeEvtx } from './evtx-writer/write-evtx.ts';
import { type Placement, smbChannelEvents } from './smb-channel-events.ts';

describe.each<[Placement, Form]>([
  ['event_data', 'nested'],
  ['event_data', 'templateless'],
  ['user_data', 'nested'],
  ['user_data', 'literal-nested'],
])('values in %s, written as %s', (placement, form) => {
  test.each(smbChannelEvents(placement).map((event) => [event.title, event] as const))('%s', (_, event) => {
    const found: Record<string, unknown> = {};
    const { events, faults } = readAll(evtx, writeEvtx({ records: [{ ...event.record, form }] }), {
      each: (view) => {
        for (const name of Object.keys(event.expected)) found[name] = view.get(fieldId(name));
      },
    });
    expect(faults).toEqual([]);
    expect(events.length).toBe(1);
    expect(found).toEqual(event.expected);
  });
});
