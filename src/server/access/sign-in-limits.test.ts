import { describe, expect, test } from 'vitest';
import { SignInLimits } from './sign-in-limits.ts';

const NOW = 1_000_000_000;
const MINUTE = 60_000;

/** Tries once with a wrong password. @returns which counts it filled; `waits` when it was not let in */
function fail(limits: SignInLimits, source: string, name: string, atMs = NOW, device?: string): string {
  try {
    const attempt = limits.admit({ source, name, device }, atMs);
    attempt.end();
    return attempt.fail().join(' ');
  } catch (error) {
    expect(error).toMatchObject({ code: 'API-BUSY' });
    return 'waits';
  }
}

describe('guesses', () => {
  test('of one account from one address wait after five for five minutes', () => {
    const limits = new SignInLimits();
    const said = Array.from({ length: 7 }, () => fail(limits, 'a', 'ann'));
    expect(said).toEqual(['', '', '', '', 'pair', 'waits', 'waits']);
    expect([fail(limits, 'b', 'ann'), fail(limits, 'a', 'bob')]).toEqual(['', '']);
    expect([fail(limits, 'a', 'ann', NOW + 5 * MINUTE - 1), fail(limits, 'a', 'ann', NOW + 5 * MINUTE)]).toEqual([
      'waits',
      '',
    ]);
  });

  test('of any names from one address keep nobody out who did not fail there: ten a minute are let in', () => {
    const limits = new SignInLimits();
    const said = Array.from({ length: 30 }, (_, i) => fail(limits, 'a', `name${i}`));
    expect(said.filter((text) => text !== '')).toEqual(['address']);
    const later = NOW + MINUTE;
    expect(fail(limits, 'a', 'name3', later)).toBe('waits');
    const right = limits.admit({ source: 'a', name: 'ann', device: undefined }, later);
    right.end();
    right.forgive();
    const guessed = Array.from({ length: 12 }, (_, i) => fail(limits, 'a', `other${i}`, later));
    expect(guessed.filter((text) => text === 'waits')).toHaveLength(2);
    expect(fail(limits, 'b', 'ann', later)).toBe('');
    expect(fail(limits, 'a', 'ann', later + MINUTE)).not.toBe('waits');
  });

  test('of one account from many addresses are let in ten a minute, one from each', () => {
    const limits = new SignInLimits();
    const said = Array.from({ length: 50 }, (_, i) => fail(limits, `a${i}`, 'ann'));
    expect(said.at(-1)).toBe('account');
    const later = NOW + MINUTE;
    expect(fail(limits, 'a3', 'ann', later)).toBe('waits');
    const more = Array.from({ length: 12 }, (_, i) => fail(limits, `b${i}`, 'ann', later));
    expect(more.filter((text) => text === 'waits')).toHaveLength(2);
  });

  test('do not fill the count of a browser that signed in before, which waits for its own', () => {
    const limits = new SignInLimits();
    for (let i = 0; i < 60; i++) fail(limits, 'a', i % 2 === 0 ? 'ann' : `name${i}`);
    expect(fail(limits, 'a', 'ann')).toBe('waits');
    const own = Array.from({ length: 6 }, () => fail(limits, 'a', 'ann', NOW, 'device'));
    expect(own).toEqual(['', '', '', '', 'device', 'waits']);
  });

  test('do not wait in a line without end, and those of known browsers are not behind them', () => {
    const limits = new SignInLimits();
    const held = Array.from({ length: 20 }, (_, i) =>
      limits.admit({ source: `a${i}`, name: `n${i}`, device: undefined }, NOW),
    );
    expect(fail(limits, 'b', 'ann')).toBe('waits');
    expect(fail(limits, 'b', 'ann', NOW, 'device')).toBe('');
    held[0]!.end();
    expect(fail(limits, 'b', 'ann')).toBe('');
  });
});
