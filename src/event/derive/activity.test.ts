import { expect, test } from 'vitest';
import { DocumentEvent } from '../document-event.ts';
import type { Document } from '../document.ts';
import { fieldId } from '../field.ts';
import { Networks } from '../networks.ts';

const networks = new Networks();
const valueOf = (name: string, document: Document) => new DocumentEvent(networks, document).get(fieldId(name));

const OPENED = '2026-03-10T09:00:00.000Z';
const MONTHS_AGO = '2026-01-10T09:00:00.000Z';
const file = (more: Document): Document => ({
  '@timestamp': OPENED,
  'event.category': ['network', 'file'],
  'smb.file.path': 'plan\\Q4.xlsx',
  ...more,
});
const open = (more: Document) => file({ 'event.action': 'SMB::FILE_OPEN', ...more });

test.each<[string, Document, boolean | undefined]>([
  ['made just now, empty', open({ 'file.size': 0, 'file.created': OPENED, 'file.mtime': OPENED }), true],
  ['emptied just now', open({ 'file.size': 0, 'file.created': MONTHS_AGO, 'file.mtime': OPENED }), true],
  ['four minutes between the clocks', open({ 'file.size': 0, 'file.created': '2026-03-10T09:04:00.000Z' }), true],
  ['six minutes between the clocks', open({ 'file.size': 0, 'file.created': '2026-03-10T09:06:00.000Z' }), undefined],
  ['an old folder', open({ 'file.size': 0, 'file.created': MONTHS_AGO, 'file.mtime': MONTHS_AGO }), undefined],
  ['empty, no times', open({ 'file.size': 0 }), true],
  ['not empty', open({ 'file.size': 1, 'file.created': OPENED }), undefined],
  ['size not known', open({ 'file.created': OPENED }), undefined],
  ['a logged write', file({ 'event.action': 'SMB::FILE_WRITE', 'file.size': 9 }), true],
  ['a logged read', file({ 'event.action': 'SMB::FILE_READ', 'file.size': 0 }), undefined],
  ['said to be created', file({ 'event.type': ['connection', 'creation'] }), true],
  ['said to be accessed', file({ 'event.type': ['connection', 'access'] }), undefined],
  ['no file', { 'event.type': ['creation'], 'event.action': 'SMB::FILE_WRITE' }, undefined],
])('written: %s', (_, document, expected) => {
  expect(valueOf('smb.file.written', document)).toBe(expected);
});

test.each<[string, Document, string | undefined]>([
  ['logon', { 'event.category': ['network', 'authentication'], 'event.outcome': 'success' }, 'logon'],
  ['failed logon', { 'event.category': ['authentication'], 'event.outcome': 'failure' }, undefined],
  ['logon, outcome not seen', { 'event.category': ['authentication'], 'event.outcome': 'unknown' }, undefined],
  ['logoff', { 'event.category': ['authentication'], 'event.type': 'end', 'event.outcome': 'success' }, undefined],
  ['ticket', { 'event.category': ['authentication'], 'event.dataset': 'zeek.kerberos' }, 'logon'],
  ['share', { 'event.dataset': 'zeek.smb_mapping', 'smb.share.path': '\\\\fs\\data' }, 'open'],
  ['tree connect', { 'smb.command': 'tree_connect', 'event.outcome': 'success' }, 'open'],
  ['refused tree connect', { 'smb.command': 'tree_connect', 'event.outcome': 'failure' }, undefined],
  ['file', open({ 'file.size': 9 }), 'open'],
  ['service', { 'smb.rpc.operation': 'StartServiceW' }, 'execution'],
  ['task', { 'smb.rpc.operation': 'SchRpcRegisterTask' }, 'execution'],
  ['look at a service', { 'smb.rpc.operation': 'QueryServiceStatus' }, undefined],
  ['call that failed', { 'smb.rpc.operation': 'CreateServiceW', 'event.outcome': 'failure' }, undefined],
  ['flow', { 'event.category': ['network'], 'event.outcome': 'success' }, undefined],
])('activity: %s', (_, document, expected) => {
  expect(valueOf('smb.activity', document)).toBe(expected);
});

test('a file name is the same in every letter case', () => {
  expect(valueOf('smb.file.name', { 'smb.file.path': 'a\\NTDS.Dit' })).toBe('ntds.dit');
  expect(valueOf('smb.file.name', { 'file.name': 'NTDS.DIT' })).toBe('ntds.dit');
  expect(valueOf('smb.file.name', {})).toBeUndefined();
});
