import { expect, test } from 'vitest';
import { ntlmAuthenticate, ntlmChallenge } from '../../../../../test/tools/smb-bytes/auth-tokens.ts';
import { zeros } from '../../../../../test/tools/smb-bytes/bytes.ts';
import * as rpc from '../../../../../test/tools/smb-bytes/rpc-fragments.ts';
import * as m from '../../../../../test/tools/smb-bytes/smb2-messages.ts';
import { SmbTalk } from '../../../../../test/tools/smb-bytes/talk.ts';
import { DocumentEvent } from '../../../../event/document-event.ts';
import { fields } from '../../../../event/field.ts';
import type { SmbEvent } from './wire-event.ts';

const at = (id: number): m.Smb2Header => ({ id, session: 77, tree: 5 });
const file = (id: number): m.Smb2Header => ({ id, session: 77, tree: 6 });
const DENIED = 0xc0000022;

/** A session with an event of nearly every kind. */
function talk(onEvent: (event: SmbEvent) => void): SmbTalk {
  const whole = new SmbTalk({ onEvent });
  const connection = whole.connect();
  connection.client(m.negotiateRequest({ id: 0 }, {})).server(m.negotiateResponse({ id: 0 }, {}));
  connection
    .client(m.sessionSetupRequest({ id: 1, session: 77 }, zeros(4)))
    .server(m.sessionSetupResponse({ id: 1, session: 77, status: 0xc0000016 }, ntlmChallenge({ 1: 'FS01' })))
    .client(
      m.sessionSetupRequest({ id: 2, session: 77 }, ntlmAuthenticate({ user: 'alice', names: { 9: 'cifs/db7' } })),
    )
    .server(m.sessionSetupResponse({ id: 2, session: 77 }));
  connection.client(m.treeRequest({ id: 3, session: 77 }, '\\\\fs01\\IPC$')).server(m.treeResponse(at(3), 2));
  connection.client(m.createRequest(at(4), 'svcctl')).server(m.createResponse(at(4), 9));
  connection.client(m.writeRequest(at(5), 9, rpc.bind(1, [rpc.SVCCTL]))).server(m.writeResponse(at(5), 100));
  connection.client(m.readRequest(at(6), 9, 1000)).server(m.readResponse(at(6), rpc.bindAck(1, [0])));
  const call = rpc.rpcRequest(2, 12, Buffer.concat([zeros(20), rpc.ndrString('x')]));
  connection
    .client(m.ioctlRequest(at(7), 9, 0x0011c017, call))
    .server(m.ioctlResponse(at(7), 0x0011c017, rpc.rpcResponse(2, zeros(24))));
  connection
    .client(m.treeRequest({ id: 8, session: 77 }, '\\\\fs01\\d'))
    .server(m.treeResponse({ ...at(8), tree: 6 }, 1));
  connection.client(m.createRequest(file(9), 'a\\b.xls:s')).server(m.createResponse(file(9), 11, { action: 2 }));
  connection.client(m.writeRequest(file(10), 11, zeros(9))).server(m.writeResponse(file(10), 9));
  connection
    .client(m.setInfoRequest(file(11), 11, 1, 10, m.renameData('b.xls.lock')))
    .server(m.setInfoResponse(file(11)));
  connection.client(m.closeRequest(file(12), 11)).server(m.closeResponse(file(12)));
  for (const id of [13, 14]) {
    connection.client(m.createRequest(file(id), 'secret')).server(m.createResponse({ ...file(id), status: DENIED }, 0));
  }
  connection.end();
  whole.analyser.finish();
  return whole;
}

test('a view says of every field what its document says', () => {
  const kinds = new Set<unknown>();
  talk((event) => {
    const document = new DocumentEvent(event.networks, event.document());
    kinds.add(event.get(fields.get('event.action').id));
    for (const field of fields.catalogued) {
      expect([field.name, event.get(field.id)]).toEqual([field.name, document.get(field.id)]);
    }
  });
  expect([...kinds]).toEqual([
    'smb-negotiate',
    'ntlm-target-mismatch',
    'smb-logon',
    'smb-tree-connect',
    'smb-pipe-open',
    'CreateServiceW',
    'smb-file-rename',
    'smb-file-write',
    'smb-pipe-close',
    'smb-file-open',
  ]);
});

test('the facts of a kind rule out nothing that its events have', () => {
  let told = 0;
  talk((event) => {
    const { facts } = event;
    if (facts === undefined) return;
    told++;
    for (const { id, name } of fields.catalogued) {
      const value = event.get(id);
      const known = facts.known(id);
      if (known !== undefined) expect([name, [value].flat()]).toEqual([name, known]);
      if (value !== undefined) expect([name, facts.canHave(id)]).toEqual([name, true]);
    }
  });
  expect(told).toBeGreaterThan(8);
});

test('repeated refusals are one event, with the time of the first and the last', () => {
  const refused = talk(() => {})
    .of('smb.file')
    .filter((event) => event['event.outcome'] === 'failure');
  expect(refused).toMatchObject([{ 'smb.count': 2, 'smb.status': 'STATUS_ACCESS_DENIED' }]);
});
