import { expect, test } from 'vitest';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { type Fact, mergeFacts, toFact } from './fact.ts';
import { LinkSummary } from './links.ts';
import { MAX_NAMES, NameSet } from './name-set.ts';

const NETWORKS = new Networks();

function linksOf(...documents: readonly Document[]) {
  const links = new LinkSummary();
  for (const document of documents) links.add(new DocumentEvent(NETWORKS, document));
  return links;
}

const flow = (more: Document = {}): Document => ({
  '@timestamp': '2026-03-02T10:00:00Z',
  'source.ip': '10.0.0.1',
  'source.port': 50_000,
  'destination.ip': '10.0.0.2',
  'destination.port': 445,
  'network.transport': 'tcp',
  ...more,
});

test.each<[one: Fact, other: Fact, merged: Fact]>([
  ['unknown', 'no', 'no'],
  ['yes', 'unknown', 'yes'],
  ['yes', 'no', 'partly'],
  ['partly', 'yes', 'partly'],
  ['no', 'no', 'no'],
  ['unknown', 'unknown', 'unknown'],
])('%s and %s are %s', (one, other, merged) => {
  expect(mergeFacts(one, other)).toBe(merged);
});

test.each<[value: unknown, fact: Fact]>([
  [true, 'yes'],
  [false, 'no'],
  ['all', 'yes'],
  ['none', 'no'],
  ['partly', 'partly'],
  ['constructor', 'unknown'],
  [undefined, 'unknown'],
])('the value %s states %s', (value, fact) => {
  expect(toFact(value)).toBe(fact);
});

test('events of one pair are one link; what no event says stays unknown', () => {
  const [link, ...others] = linksOf(
    flow({ 'smb.flow.outcome': 'established', 'smb.flow.bytes.client': 100, 'smb.flow.bytes.server': 50 }),
    flow({ '@timestamp': '2026-03-02T11:00:00Z', 'smb.share.path': '\\\\fs01\\Data', 'smb.dialect': '3.1.1' }),
    flow({ 'smb.signing.seen': 'none', 'smb.signing.required.client': true }),
    flow({ 'smb.signing.seen': 'all' }),
  ).list();
  expect(others).toEqual([]);
  expect(link).toMatchObject({
    client: '10.0.0.1',
    server: '10.0.0.2',
    outcome: 'established',
    bytesClient: 100,
    bytesServer: 50,
    events: 4,
    first: Date.parse('2026-03-02T10:00:00Z'),
    last: Date.parse('2026-03-02T11:00:00Z'),
    facts: {
      signing_seen: 'partly',
      signing_required_client: 'yes',
      signing_required_server: 'unknown',
      encryption_seen: 'unknown',
      smb1_used: 'no',
    },
  });
  expect(link!.names.shares.list()).toEqual(['DATA']);
});

test('traffic that is no SMB, and a machine with itself, are no links', () => {
  expect(linksOf(flow({ 'destination.port': 443 }), flow({ 'destination.ip': '10.0.0.1' })).list()).toEqual([]);
});

const logon = (more: Document = {}): Document => ({
  'event.category': ['authentication'],
  'event.action': 'logged-in',
  'event.outcome': 'success',
  'host.name': 'FS01',
  'source.ip': '10.0.0.1',
  'user.name': 'alice',
  'user.domain': 'CORP',
  winlog: { channel: 'Security', logon: { type: 'Network' } },
  ...more,
});

const shareOpened: Document = {
  'event.category': ['network', 'file'],
  'host.name': 'FS01',
  'source.ip': '10.0.0.1',
  'smb.share.path': '\\\\*\\ADMIN$',
  winlog: { channel: 'Security' },
};

test('a network logon tells of a link only where something shows that it is SMB', () => {
  expect(linksOf(logon()).list()).toEqual([]);
  const [link] = linksOf(logon(), shareOpened).list();
  expect(link).toMatchObject({ client: '10.0.0.1', server: 'FS01', events: 2 });
  expect(link!.names.users.list()).toEqual(['CORP\\alice']);
});

test('a refused logon names no user', () => {
  const refused = { 'event.outcome': 'failure', 'event.action': 'logon-failed', 'user.name': 'mallory' };
  const [link] = linksOf(shareOpened, flow({ ...refused, 'event.category': ['authentication'] })).list();
  expect(link!.names.users.list()).toEqual([]);
});

test('a host known by name in one log and by address in another is one server', () => {
  const links = linksOf(shareOpened, flow({ 'smb.server.netbios_name': 'FS01' })).list();
  expect(links.map(({ client, server }) => `${client} ${server}`)).toEqual(['10.0.0.1 10.0.0.2']);
});

test('a name that two addresses bear joins nothing', () => {
  const other = { 'destination.ip': '10.0.0.3' };
  const links = linksOf(
    shareOpened,
    flow({ 'smb.server.netbios_name': 'FS01' }),
    flow({ 'smb.server.netbios_name': 'FS01', ...other }),
  ).list();
  expect(links.map(({ server }) => server).toSorted()).toEqual(['10.0.0.2', '10.0.0.3', 'FS01']);
});

test('SMB without one of its ends is counted', () => {
  const links = linksOf({ 'smb.share.path': '\\\\fs\\data' });
  expect([links.list(), links.unplaced]).toEqual([[], 1]);
});

test('names beyond the limit are counted, and spellings of one name are one', () => {
  const names = new NameSet();
  for (let i = 0; i < MAX_NAMES + 5; i++) names.add(`user${i}`);
  names.add('USER1');
  expect([names.size, names.more]).toEqual([MAX_NAMES, 5]);
});
