/** The shipped rules over Windows events: what the gate turns away could not have matched, and nothing fires by mistake. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { loadDetection } from '../src/detect/load-detection.ts';
import { compileMatcher } from '../src/query/compile/matcher.ts';
import { RuleIndex } from '../src/detect/scan/rule-index.ts';
import { couldMatch, narrow } from '../src/query/compile/could-match.ts';
import { factsOf } from '../src/sources/windows/windows-facts.ts';
import { anyRecord } from './tools/arbitrary-windows-records.ts';
import { refused, security, smbServer, sysmon, system, windowsEvent } from './tools/windows-event.ts';
import type { WindowsRecordParts } from './tools/windows-record.ts';

const { rules, errors } = loadDetection(DEFAULT_CONFIG, { now: Date.parse('2026-03-02T12:00:00Z') });
const tests = rules.map(({ id, predicate }) => ({ id, predicate, matches: compileMatcher(predicate) }));

const firing = (parts: WindowsRecordParts) =>
  tests
    .filter(({ matches }) => matches(windowsEvent(parts)))
    .map(({ id }) => id)
    .sort();

test('what the gate turns away matches no rule', () => {
  expect(errors).toEqual([]);
  let turnedAway = 0;
  fc.assert(
    fc.property(anyRecord, (parts) => {
      const facts = factsOf(parts.channel, parts.provider, parts.eventId);
      const event = windowsEvent(parts);
      for (const { id, predicate, matches } of tests) {
        if (couldMatch(predicate, facts)) continue;
        turnedAway++;
        expect(`${id} ${matches(event)}`).toBe(`${id} false`);
      }
    }),
    { numRuns: 1000 },
  );
  expect(turnedAway).toBeGreaterThan(10_000);
});

test('what is left of a rule for a kind of event, and the plan for the kind, find what the rule finds', () => {
  const index = new RuleIndex(tests);
  let matching = 0;
  let candidates = 0;
  fc.assert(
    fc.property(anyRecord, (parts) => {
      const facts = factsOf(parts.channel, parts.provider, parts.eventId);
      const event = windowsEvent(parts);
      expect(event.facts).toBeDefined();
      const found = new Set<string>();
      // Kinds get a plan of their own when they come often.
      for (let i = 0; i < 250; i++) {
        found.clear();
        index.candidates(event, ({ id }) => void found.add(id));
      }
      candidates += found.size;
      for (const { id, predicate, matches } of tests) {
        const isMatch = matches(event);
        expect(`${id} ${compileMatcher(narrow(predicate, facts))(event)}`).toBe(`${id} ${isMatch}`);
        if (!isMatch) continue;
        matching++;
        expect(found).toContain(id);
      }
    }),
    { numRuns: 1500 },
  );
  expect(matching).toBeGreaterThan(40);
  expect(candidates).toBeLessThan((1500 * tests.length) / 5);
});

/** Rules about network evidence: a Windows event matches one of them only where it says the same thing. */
const NETWORK_RULES = [
  'account-fanout',
  'admin-share-access',
  'admin-share-write',
  'admin-write-rpc',
  'canary',
  'cm0062-network',
  'exec-tool-artefacts',
  'exposure-egress',
  'exposure-egress-classic',
  'exposure-ingress',
  'exposure-odd-port',
  'exposure-webdav',
  'guest-session',
  'lure-file',
  'named-pipe-remote',
  'note-spread',
  'service-pipes',
  'share-walk',
  'smb-sweep',
  'smb1-used',
  'spray',
  'sysvol-write',
];

describe('shipped rules over single Windows events', () => {
  const client = { IpAddress: '10.0.5.22', IpPort: '50000', SubjectUserName: 'jdoe', SubjectLogonId: '0x77' };
  const share = (ShareName: string, more: Record<string, string> = {}) => ({ ...client, ShareName, ...more });
  const ends = {
    SourceAddress: '10.0.5.22',
    SourcePort: '50000',
    DestAddress: '8.8.4.4',
    DestPort: '445',
    Protocol: '6',
  };
  test.each<readonly [string, WindowsRecordParts, readonly string[]]>([
    ['5140 of an admin share', security(5140, share('\\\\*\\ADMIN$')), ['admin-share-access', 'share-walk']],
    ['5140 of a data share', security(5140, share('\\\\*\\data')), ['share-walk']],
    ['5140 of IPC$', security(5140, share('\\\\*\\IPC$')), []],
    ['5140 refused', refused(5140, share('\\\\*\\ADMIN$')), []],
    [
      '5140 from the Internet',
      security(5140, share('\\\\*\\data', { IpAddress: '8.8.4.4' })),
      ['exposure-ingress', 'share-walk'],
    ],
    ['5140 of SYSVOL', security(5140, share('\\\\*\\SYSVOL')), ['share-walk']],
    [
      '5145 that reads a program',
      security(5145, share('\\\\*\\ADMIN$', { RelativeTargetName: 'x.exe', AccessMask: '0x120089' })),
      [],
    ],
    [
      '5145 that writes a program',
      security(5145, share('\\\\*\\ADMIN$', { RelativeTargetName: 'x.exe', AccessMask: '0x120196' })),
      ['admin-share-write'],
    ],
    [
      '5145 of the usual pipe',
      security(5145, share('\\\\*\\IPC$', { RelativeTargetName: 'svcctl', AccessMask: '0x12019f' })),
      [],
    ],
    [
      '5145 of an unusual pipe',
      security(5145, share('\\\\*\\IPC$', { RelativeTargetName: 'qqq', AccessMask: '0x12019f' })),
      ['named-pipe-remote'],
    ],
    ['5142 at start', security(5142, share('\\\\*\\C$', { SubjectLogonId: '0x3e7' })), []],
    [
      '4624 over the network',
      security(4624, { LogonType: '3', IpAddress: '10.0.5.22', TargetUserName: 'jdoe' }),
      ['account-fanout'],
    ],
    ['4624 at the console', security(4624, { LogonType: '2', IpAddress: '127.0.0.1', TargetUserName: 'jdoe' }), []],
    ['4624 of the host itself', security(4624, { LogonType: '3', IpAddress: '::1', TargetUserName: 'jdoe' }), []],
    ['4634', security(4634, { LogonType: '3', TargetUserName: 'jdoe' }), []],
    ['4625', refused(4625, { LogonType: '3', IpAddress: '10.0.5.22', TargetUserName: 'jdoe' }), ['spray']],
    ['4776', refused(4776, { TargetUserName: 'jdoe', Status: '0xc000006a' }), []],
    ['4697 by a session', security(4697, { ...client, ServiceName: 'x' }), []],
    ['4697 by the system', security(4697, { SubjectLogonId: '0x3e7', ServiceName: 'x' }), []],
    ['7045', system(7045, { ServiceName: 'x', ImagePath: 'C:\\x.exe' }), []],
    ['4688', security(4688, { ...client, NewProcessName: 'C:\\Windows\\psexesvc.exe' }), []],
    ['5156 outwards', security(5156, ends), ['exposure-egress', 'exposure-egress-classic', 'exposure-webdav']],
    ['5156 to another port', security(5156, { ...ends, DestPort: '443' }), []],
    ['5156 of UDP', security(5156, { ...ends, Protocol: '17' }), []],
    ['Sysmon 11 of a local file', sysmon(11, { TargetFilename: 'C:\\Users\\a\\desktop.ini' }), []],
    ['Sysmon 11 of a local program', sysmon(11, { TargetFilename: 'C:\\Windows\\psexesvc.exe', Image: 'System' }), []],
    ['Sysmon 17 of a local pipe', sysmon(17, { PipeName: '\\qqq', Image: 'C:\\x.exe' }), []],
    [
      'SMBServer 551',
      smbServer(551, { UserName: 'CORP\\jdoe', ClientAddress: '0200C5F70A000516', Status: '0xC000006D' }),
      ['spray'],
    ],
    ['SMBServer 3000', smbServer(3000, { ClientName: '10.0.5.22' }), ['smb1-used']],
  ])('%s', (_, parts, expected) => {
    expect(firing(parts).filter((id) => NETWORK_RULES.includes(id))).toEqual(expected);
  });
});
