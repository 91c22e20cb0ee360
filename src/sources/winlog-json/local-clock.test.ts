import { describe, expect, test } from 'vitest';
import { LocalClock } from './local-clock.ts';
import { momentText } from './system-values.ts';

const NONE = { received: undefined, timestamp: undefined, utcTime: undefined };

describe('EventTime', () => {
  const received = '2020-09-20 12:16:09';
  test.each([
    // Summer and winter, west and east, half hours.
    ['2020-09-20 12:16:06', { ...NONE, received, timestamp: '2020-09-20T16:16:09.362Z' }, '2020-09-20T16:16:06Z'],
    [
      '2020-12-20 12:16:06',
      { ...NONE, received: '2020-12-20 12:16:09', timestamp: '2020-12-20T17:16:10.1Z' },
      '2020-12-20T17:16:06Z',
    ],
    ['2020-09-20 12:16:06', { ...NONE, received, timestamp: '2020-09-20T06:46:11.362Z' }, '2020-09-20T06:46:06Z'],
    ['2020-09-20 12:16:06', { ...NONE, received, timestamp: '2020-09-20T12:16:09.362Z' }, '2020-09-20T12:16:06Z'],
    // Written days later: the receipt tells the offset all the same.
    ['2020-09-01 12:16:06', { ...NONE, received, timestamp: '2020-09-20T16:16:09Z' }, '2020-09-01T16:16:06Z'],
    // Sysmon's own time, where nothing else is there.
    ['2020-09-20 12:16:06', { ...NONE, utcTime: '2020-09-20 16:16:05.470' }, '2020-09-20T16:16:06Z'],
    // A replayed backlog: receipt and time stamp do not belong together, Sysmon tells.
    [
      '2020-09-20 12:16:06',
      { received, timestamp: '2020-09-20T16:24:00Z', utcTime: '2020-09-20 16:16:05.470' },
      '2020-09-20T16:16:06Z',
    ],
    // A zone that is stated stands above all.
    [
      '2020-09-20T12:16:06.25+02:00',
      { ...NONE, received, timestamp: '2020-09-20T16:16:09Z' },
      '2020-09-20T10:16:06.25Z',
    ],
  ])('%s with %j is %s', (text, witnesses, expected) => {
    let assumed = 0;
    const moment = new LocalClock(undefined, () => assumed++).eventTime(text, witnesses);
    expect(momentText(moment)).toBe(expected);
    expect(moment.isUncertain ?? false).toBe(false);
    expect(assumed).toBe(0);
  });

  test.each([
    [undefined, NONE, '2020-09-20T12:16:06Z', true],
    ['Mars/Olympus', NONE, '2020-09-20T12:16:06Z', true],
    ['America/New_York', NONE, '2020-09-20T16:16:06Z', false],
    ['Europe/Paris', { ...NONE, received, timestamp: '2020-09-20T16:16:09Z' }, '2020-09-20T16:16:06Z', false],
    // Both have the same zone, or lie more than fourteen hours apart: no witness.
    [
      undefined,
      { ...NONE, received: '2020-09-20T12:16:09Z', timestamp: '2020-09-20T16:16:09Z' },
      '2020-09-20T12:16:06Z',
      true,
    ],
    [undefined, { ...NONE, received, timestamp: '2020-09-25T16:16:09Z' }, '2020-09-20T12:16:06Z', true],
  ] as const)('zone %s, %j: %s, uncertain %s', (zone, witnesses, expected, isUncertain) => {
    let assumed = 0;
    const moment = new LocalClock(zone, () => assumed++).eventTime('2020-09-20 12:16:06', witnesses);
    expect([momentText(moment), moment.isUncertain ?? false, assumed]).toEqual([
      expected,
      isUncertain,
      Number(isUncertain),
    ]);
  });

  test.each(['', 'yesterday', '2020-13-01 00:00:00', undefined])('%j is no time', (text) => {
    expect(new LocalClock(undefined, () => {}).eventTime(text, NONE).ms).toBeNaN();
  });
});

describe('TimeCreated', () => {
  /** Local time of a host four hours behind UTC, on a clock of twelve hours. */
  const SYSMON = [
    ['2021-04-21T11:58:00.000Z', '2021-04-21 15:58:00.000'],
    ['2021-04-21T12:30:00.000Z', '2021-04-21 16:30:00.000'],
    ['2021-04-21T01:10:00.000Z', '2021-04-21 17:10:00.000'],
  ] as const;

  test.each([
    // Before noon, past noon, past one, when the clock begins anew, and with no event of Sysmon in between.
    [0, '2021-04-21T11:59:59.250Z', '2021-04-21T15:59:59.250Z'],
    [0, '2021-04-21T12:05:00.000Z', '2021-04-21T16:05:00.000Z'],
    [0, '2021-04-21T01:05:00.000Z', '2021-04-21T17:05:00.000Z'],
    [1, '2021-04-21T01:05:00.000', '2021-04-21T17:05:00.000Z'],
    [1, '2021-04-21T12:29:00.000', '2021-04-21T16:29:00.000Z'],
    [2, '2021-04-21T01:11:00.000Z', '2021-04-21T17:11:00.000Z'],
    [2, '2021-04-21T12:59:00.000Z', '2021-04-21T16:59:00.000Z'],
  ])('after event %i of Sysmon %s is %s', (last, text, expected) => {
    const clock = new LocalClock(undefined, () => expect.fail('nothing is assumed'));
    const [written, utcTime] = SYSMON[last]!;
    clock.observe(written, utcTime, 'srv01');
    const moment = clock.timeCreated(text, undefined, 'srv01');
    expect([momentText(moment), moment.isUncertain ?? false]).toEqual([expected, false]);
  });

  test('Sysmon says its own time', () => {
    const moment = new LocalClock(undefined, () => {}).timeCreated(SYSMON[1][0], SYSMON[1][1], 'srv01');
    expect(momentText(moment)).toBe('2021-04-21T16:30:00.000Z');
  });

  test.each([
    [undefined, '2021-04-21T05:40:32.342Z', '2021-04-21T05:40:32.342Z'],
    ['America/New_York', '2021-04-21T05:40:32.342Z', '2021-04-21T09:40:32.342Z'],
  ])('another host does not help: zone %s, %s is %s and uncertain', (zone, text, expected) => {
    let assumed = 0;
    const clock = new LocalClock(zone, () => assumed++);
    clock.observe(...SYSMON[0]!, 'srv02');
    const moment = clock.timeCreated(text, undefined, 'srv01');
    expect([momentText(moment), moment.isUncertain, assumed]).toEqual([expected, true, 1]);
  });

  test.each([
    ['2021-04-21T05:40:32.3423971Z', '2021-04-21T05:40:32.3423971Z'],
    ['2021-04-21T05:40:32.342-04:00', '2021-04-21T09:40:32.342Z'],
  ])('%s is what it says', (text, expected) => {
    const clock = new LocalClock('Europe/Paris', () => expect.fail('nothing is assumed'));
    clock.observe(...SYSMON[0]!, 'srv01');
    expect(momentText(clock.timeCreated(text, undefined, 'srv01'))).toBe(expected);
  });
});
