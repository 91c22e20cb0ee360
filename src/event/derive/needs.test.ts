import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DocumentEvent } from '../document-event.ts';
import type { Document } from '../document.ts';
import { fieldId, fields } from '../field.ts';
import { Networks } from '../networks.ts';
import { derivations } from './derivations.ts';
import { derivedMayHave } from './needs.ts';

/** Values that derivations look at, among others that they do not. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  'source.ip': ['10.0.5.22', '8.8.4.4'],
  'source.port': [445, 50000],
  'destination.ip': ['10.0.5.9', '2a02::1'],
  'destination.port': [445, 443, 137],
  'network.transport': ['tcp', 'udp'],
  'network.protocol': ['smb', 'dns'],
  'network.application': ['ms-ds-smbv3', 'web'],
  'network.direction': ['egress', 'inbound'],
  'tls.next_protocol': ['smb'],
  'user_agent.original': ['Microsoft-WebDAV-MiniRedir/10', 'x'],
  'event.dataset': ['zeek.smb_mapping', 'suricata.smb', 'system.security'],
  'event.category': [['network', 'file'], ['authentication'], ['process']],
  'event.type': [['creation'], ['info']],
  'event.action': ['SMB::FILE_WRITE', 'SMB::FILE_OPEN', 'x'],
  'event.outcome': ['success', 'failure'],
  'event.code': ['4624', '5140'],
  'winlog.event_id': ['4624'],
  'winlog.logon.type': ['Network'],
  'smb.command': ['tree_connect', 'read'],
  'smb.rpc.operation': ['CreateServiceW', 'x'],
  'smb.share.path': ['\\\\*\\ADMIN$', '\\\\x\\IPC$'],
  'smb.file.path': ['a\\b.exe'],
  'smb.file.previous_name': ['a\\b'],
  'smb.pipe.name': ['svcctl'],
  'smb.flow.outcome': ['established', 'moved'],
  'smb.flow.bytes.client': [200, 100_000],
  'smb.flow.bytes.server': [200],
  'source.bytes': [1],
  'destination.bytes': [1],
  'source.packets': [1],
  'destination.packets': [1],
  'file.name': ['b.exe'],
  'file.size': [0],
  'host.name': ['srv01'],
  'destination.domain': ['srv01', 'srv02'],
  'winlog.channel': ['Security'],
  'smb.server.name': ['FS01'],
  'host.hostname': ['srv01'],
  'user.name': ['SRV01$', 'jdoe'],
  'process.name': ['System', 'cmd.exe'],
  'file.path': ['C:\\x.exe'],
  'smb.task.arguments': ['/c C:\\x'],
  'smb.service.image_path': ['C:\\x.exe'],
  'smb.service.executable': ['C:\\x.exe'],
  'smb.task.command': ['cmd.exe'],
  'process.command_line': ['cmd /c x > C:\\y'],
  'process.executable': ['C:\\cmd.exe'],
  'registry.path': ['HKLM\\x'],
  'registry.data.strings': ['DWORD (0x00000001)'],
  'winlog.event_data.ObjectValueName': ['SMB1'],
  'winlog.event_data.NewValue': ['1'],
};

const documents = fc.record(
  Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(...values)])),
  { requiredKeys: [] },
) as fc.Arbitrary<Document>;

test('what is ruled out is never derived', () => {
  let derived = 0;
  fc.assert(
    fc.property(documents, fc.boolean(), (document, isKnown) => {
      const own = new Set(Object.keys(document).map((name) => fieldId(name)));
      const mayHave = derivedMayHave(
        (field) => own.has(field),
        (field) => (isKnown && own.has(field) ? ([document[fields.at(field).name]].flat() as string[]) : undefined),
      );
      const event = new DocumentEvent(new Networks(), document);
      for (const id of derivations.keys()) {
        if (derivations[id] === undefined || own.has(id) || event.get(id) === undefined) continue;
        derived++;
        expect(`${fields.at(id).name} ${mayHave(id)}`).toBe(`${fields.at(id).name} true`);
      }
    }),
    { numRuns: 3000 },
  );
  expect(derived).toBeGreaterThan(3000);
});

test('an event that tells of a process can have no flow, share or activity', () => {
  const own = new Set(['process.name', 'event.category', 'event.action'].map((name) => fieldId(name)));
  const mayHave = derivedMayHave(
    (field) => own.has(field),
    (field) => (field === fieldId('event.category') ? ['process'] : undefined),
  );
  for (const name of [
    'smb.flow.evidence',
    'smb.flow.direction',
    'client.ip',
    'smb.share.name',
    'smb.activity',
    'smb.file.written',
  ]) {
    expect(`${name} ${mayHave(fieldId(name))}`).toBe(`${name} false`);
  }
});
