import { describe, expect, test } from 'vitest';
import type { Document } from '../event/document.ts';
import { DocumentEvent } from '../event/document-event.ts';
import { Networks } from '../event/networks.ts';
import { sources } from '../sources/registry.ts';
import { captureMeanings, coverageCatalogue, EventCoverage } from './event-coverage.ts';
import { LogonSummary } from './logons.ts';

const networks = new Networks();
const event = (document: Document) => new DocumentEvent(networks, document);

const logon = (outcome: string, second: number, more: Document = {}): Document => ({
  '@timestamp': `2026-03-01T00:00:0${second}Z`,
  'event.category': ['authentication'],
  'event.type': ['start'],
  'event.code': outcome === 'success' ? '4624' : '4625',
  'event.outcome': outcome,
  'user.name': 'alice',
  'user.domain': 'CORP',
  'source.ip': '10.0.5.22',
  'host.name': 'srv01',
  'winlog.channel': 'Security',
  'winlog.logon.type': 'Network',
  'winlog.event_data.LmPackageName': 'NTLM V2',
  ...more,
});

function summarise(all: boolean, ...documents: Document[]) {
  const logons = new LogonSummary(all);
  for (const document of documents) logons.add(event(document));
  return logons.list();
}

describe('logons', () => {
  test('one row for each account, client, host and way', () => {
    const rows = summarise(
      false,
      logon('failure', 3),
      logon('success', 1),
      logon('failure', 2, { 'user.name': 'ALICE' }),
      logon('success', 5, {
        'user.name': 'bob',
        'winlog.event_data.LmPackageName': '-',
        'smb.auth.mechanism': 'kerberos',
      }),
    );
    expect(rows).toMatchObject([
      {
        user: 'alice',
        domain: 'CORP',
        client: '10.0.5.22',
        host: 'srv01',
        how: 'Network, NTLM V2',
        success: 1,
        failure: 2,
      },
      { user: 'bob', how: 'Network, kerberos', success: 1, failure: 0 },
    ]);
    expect([rows[0]!.first, rows[0]!.last].map((ms) => new Date(ms).getUTCSeconds())).toEqual([1, 3]);
  });

  test.each([
    ['a logoff', { 'event.type': ['end'] }],
    ['another category', { 'event.category': ['process'] }],
    ['an interactive logon', { 'winlog.logon.type': 'Interactive' }],
    ['no account', { 'user.name': null }],
  ])('%s does not count', (_, more) => expect(summarise(false, logon('success', 1, more))).toEqual([]));

  test('--all takes every type; an outcome nobody knows is its own number', () => {
    const rows = summarise(
      true,
      logon('success', 1, { 'winlog.logon.type': 'Interactive', 'event.outcome': 'unknown' }),
    );
    expect(rows).toMatchObject([{ success: 0, failure: 0, unknown: 1 }]);
  });

  test.each([
    [
      'srv02',
      { user: 'admin', domain: 'DOM', client: 'srv01', host: 'srv02', how: 'other credentials, used by alice' },
    ],
    ['localhost', undefined],
    ['SRV01', undefined],
  ])('other credentials used towards %s are a logon there, from here', (target, row) => {
    const more = {
      'event.action': 'logged-in-explicit',
      'winlog.logon.type': null,
      'source.ip': null,
      'user.effective.name': 'admin',
      'user.effective.domain': 'DOM',
      'destination.domain': target,
    };
    expect(summarise(false, logon('success', 1, more))).toMatchObject(row ? [row] : []);
    expect(summarise(true, logon('success', 1, more))).toHaveLength(1);
  });

  test('tickets and checks of a domain controller say what they are', () => {
    const more = { 'winlog.logon.type': null, 'event.action': 'kerberos-service-ticket-requested' };
    const rows = summarise(false, logon('success', 1, { ...more, 'winlog.event_data.ServiceName': 'FS01$' }));
    expect(rows).toMatchObject([{ how: 'Kerberos service ticket for FS01$' }]);
  });

  test('order of reading changes nothing', () => {
    const documents = [logon('success', 1), logon('failure', 2), logon('success', 3, { 'user.name': 'bob' })];
    expect(summarise(false, ...documents)).toEqual(summarise(false, ...documents.toReversed()));
  });
});

describe('coverage', () => {
  test('what is there is counted, what is missing is named with the way to get it', () => {
    const coverage = new EventCoverage();
    coverage.add(event(logon('success', 1)));
    coverage.add(event(logon('success', 2, { 'winlog.channel': 'SECURITY' })));
    coverage.add(event({ 'winlog.channel': 'Application', 'event.code': '4625' }));
    expect(coverage.found().map(({ code, count, entry }) => [code, count, entry?.group])).toEqual([
      ['4624', 2, 'logon'],
      ['4625', 1, undefined],
    ]);
    const missing = coverage.missing();
    expect(missing.map(({ id }) => id)).toContain(4625);
    expect(missing.map(({ id }) => id)).not.toContain(4624);
    expect(missing[0]?.need).toBe('must');
  });

  test.each([['ForwardedEvents'], [undefined]])(
    'an event is of the channel of its host where that says %s',
    (channel) => {
      const coverage = new EventCoverage();
      const told = channel === undefined ? {} : { 'winlog.channel': channel };
      coverage.add(event({ ...told, 'event.code': '5145', 'event.dataset': 'system.security', 'event.provider': 'P' }));
      coverage.add(event({ ...told, 'event.code': '5145', 'event.dataset': 'winlog.winlog', 'event.provider': 'P' }));
      expect(coverage.found().map((count) => [count.channel, count.entry?.group])).toEqual([
        ['Security', 'share'],
        [channel ?? 'P', undefined],
      ]);
      expect(coverage.missing().map(({ id }) => id)).not.toContain(5145);
    },
  );

  test('what is always written did not happen where its channel is, and is missing where it is not', () => {
    const coverage = new EventCoverage();
    coverage.add(event(logon('success', 1)));
    const ids = coverage.missing().map(({ id }) => id);
    expect(ids).not.toContain(1102);
    expect(ids).toContain(7045);
  });

  test('events of packets say what they prove', () => {
    const coverage = new EventCoverage();
    coverage.add(event({ 'event.dataset': 'smb.session', 'event.category': ['authentication'] }));
    expect(coverage.found().map(({ channel, entry }) => [channel, entry?.group])).toEqual([['smb.session', 'logon']]);
    const { datasets } = sources.get('pcap');
    expect([...captureMeanings().keys()].toSorted()).toEqual(
      datasets.filter((dataset) => dataset.startsWith('smb.')).toSorted(),
    );
  });

  test('every entry says what it proves and how to get it, once', () => {
    const entries = coverageCatalogue();
    expect(new Set(entries.map(({ channel, id }) => `${channel} ${id}`)).size).toBe(entries.length);
    for (const entry of entries) {
      expect(entry.proves.length, String(entry.id)).toBeGreaterThan(15);
      expect(entry.enable.length, String(entry.id)).toBeGreaterThan(5);
      expect(['must', 'should', 'may']).toContain(entry.need);
    }
  });
});
