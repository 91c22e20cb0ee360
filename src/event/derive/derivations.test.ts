import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../base/address/address.ts';
import { communityId } from '../community-id.ts';
import { DocumentEvent } from '../document-event.ts';
import type { Document } from '../document.ts';
import { fieldId } from '../field.ts';
import { Networks } from '../networks.ts';

const networks = new Networks();

function derive(document: Document, ...names: string[]) {
  const event = new DocumentEvent(networks, document);
  return names.map((name) => event.get(fieldId(name)));
}

const flow = (source: string, destination: string, more: Document = {}): Document => {
  const [, sourceIp, sourcePort] = /^(.*):(\d+)$/.exec(source)!;
  const [, destinationIp, destinationPort] = /^(.*):(\d+)$/.exec(destination)!;
  return {
    'source.ip': sourceIp,
    'source.port': Number(sourcePort),
    'destination.ip': destinationIp,
    'destination.port': Number(destinationPort),
    'network.transport': 'tcp',
    ...more,
  };
};

const sharedBy = (ip: string): Document => ({
  'source.ip': ip,
  'destination.port': 445,
  'destination.domain': 'srv01.corp.example',
  'host.name': 'srv01.corp.example',
});

describe('client, server and direction', () => {
  test.each([
    ['10.0.0.5:50000', '8.8.4.4:445', {}, ['10.0.0.5', '8.8.4.4', 'egress']],
    ['8.8.4.4:445', '10.0.0.5:50000', {}, ['10.0.0.5', '8.8.4.4', 'egress']],
    ['8.8.4.4:50000', '10.0.0.5:445', {}, ['8.8.4.4', '10.0.0.5', 'ingress']],
    ['10.0.0.5:445', '10.0.0.6:139', {}, ['10.0.0.5', '10.0.0.6', 'internal']],
    ['10.0.0.5:1', '203.0.113.1:445', {}, ['10.0.0.5', '203.0.113.1', undefined]],
    ['8.8.4.4:1', '9.9.9.9:445', {}, ['8.8.4.4', '9.9.9.9', 'external']],
    ['2a02:1::5:1', '2a00:1450::1:445', {}, ['2a02:1::5', '2a00:1450::1', 'undecided']],
    ['2a02:1::5:1', '2a00:1450::1:445', { 'network.direction': 'outbound' }, ['2a02:1::5', '2a00:1450::1', 'egress']],
    ['2a00:1450::1:445', '2a02:1::5:1', { 'network.direction': 'inbound' }, ['2a02:1::5', '2a00:1450::1', 'egress']],
  ] as const)('%s to %s %j', (source, destination, more, expected) => {
    expect(derive(flow(source, destination, more), 'client.ip', 'server.ip', 'smb.flow.direction')).toEqual(expected);
  });

  test('the host that logs a share being opened is inside', () => {
    expect(derive(sharedBy('10.0.0.5'), 'smb.server.place', 'smb.flow.direction')).toEqual(['inside', 'internal']);
    expect(derive(sharedBy('8.8.4.4'), 'smb.flow.direction')).toEqual(['ingress']);
    expect(derive({ ...sharedBy('10.0.0.5'), 'destination.domain': 'other' }, 'smb.flow.direction')).toEqual([
      'undecided',
    ]);
  });

  test('an SMB record without destination is undecided, another record has no direction', () => {
    expect(derive({ source: { ip: '10.0.0.5' }, network: { protocol: 'smb' } }, 'smb.flow.direction')).toEqual([
      'undecided',
    ]);
    expect(derive({ process: { name: 'x' } }, 'smb.flow.direction')).toEqual([undefined]);
  });
});

describe('evidence', () => {
  test.each([
    [flow('10.0.0.5:1', '8.8.4.4:445'), 'port'],
    [flow('10.0.0.5:1', '8.8.4.4:445', { 'network.transport': 'TCP' }), 'port'],
    [flow('10.0.0.5:1', '8.8.4.4:445', { 'network.transport': 'udp' }), undefined],
    [flow('10.0.0.5:1', '8.8.4.4:8445', { 'network.protocol': 'smb' }), 'protocol'],
    [flow('10.0.0.5:1', '8.8.4.4:1445', { 'event.dataset': 'zeek.smb' }), 'protocol'],
    [flow('10.0.0.5:1', '8.8.4.4:445', { 'network.application': 'ms-ds-smbv3' }), ['port', 'protocol']],
    [flow('10.0.0.5:1', '8.8.4.4:443', { 'network.transport': 'udp', 'tls.next_protocol': 'smb' }), 'quic'],
    [flow('10.0.0.5:1', '8.8.4.4:443', { 'network.transport': 'udp', 'tls.next_protocol': 'h3' }), undefined],
    [flow('10.0.0.5:137', '8.8.4.4:137', { 'network.transport': 'udp' }), 'netbios'],
  ])('%j', (document, expected) => expect(derive(document, 'smb.flow.evidence')).toEqual([expected]));
});

describe('shares and files', () => {
  test.each([
    ['\\\\fs01\\data', 'a\\b.XLSX', ['DATA', false, undefined, 'b.XLSX', 'xlsx']],
    ['\\\\*\\ADMIN$', 'Temp\\x.exe', ['ADMIN$', true, 'C:\\Windows\\Temp\\x.exe', 'x.exe', 'exe']],
    ['//fs01/c$', 'x', ['C$', true, 'C:\\x', 'x', undefined]],
    ['IPC$', 'svcctl', ['IPC$', false, undefined, 'svcctl', undefined]],
  ])('%s %s', (path, file, expected) => {
    const document = { smb: { share: { path }, file: { path: file } } };
    expect(
      derive(document, 'smb.share.name', 'smb.share.admin', 'smb.local_path', 'file.name', 'file.extension'),
    ).toEqual(expected);
  });

  test.each([
    ['plan.xlsx', 'plan.xlsx.lock', true],
    ['plan.xlsx', 'plan2.xlsx', undefined],
    ['plan.xlsx', 'plan.xlsx.', undefined],
  ])('rename of %s to %s', (previous_name, path, expected) => {
    expect(derive({ smb: { file: { path, previous_name } } }, 'smb.file.extension_added')).toEqual([expected]);
  });
});

describe('community id', () => {
  test.each([
    ['::1', 51320, '::1', 8000, '1:5y9AkdbV9U8xqD9dhlj6obkubHg='],
    ['10.1.2.30', 51515, '8.8.4.4', 445, '1:oY5UHYNlZHmQXI6xyeQu+2smBXg='],
    ['10.7.0.15', 51022, '8.8.4.4', 445, '1:fqenM6XJeT6jMHJ0sBUTNmmk7uY='],
    ['10.5.5.5', 50123, '8.8.4.4', 445, '1:0DZWLGpCj6BtiBEEs+TCAnl8+j4='],
  ])('%s %i', (source, sourcePort, destination, destinationPort, expected) => {
    const ends = [parseAddress(source)!, parseAddress(destination)!] as const;
    expect(communityId(ends[0], sourcePort, ends[1], destinationPort, 'tcp')).toBe(expected);
    expect(communityId(ends[1], destinationPort, ends[0], sourcePort, 'tcp')).toBe(expected);
  });
});
