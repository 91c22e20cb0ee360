import { describe, expect, test } from 'vitest';
import { join, u16, u32, u8, zeros } from '../../../../../test/tools/smb-bytes/bytes.ts';
import {
  bind,
  bindAck,
  ndrString,
  rpcRequest,
  rpcResponse,
  SVCCTL,
} from '../../../../../test/tools/smb-bytes/rpc-fragments.ts';
import * as m from '../../../../../test/tools/smb-bytes/smb1-messages.ts';
import { negotiateRequest, negotiateResponse, renameData } from '../../../../../test/tools/smb-bytes/smb2-messages.ts';
import { SmbTalk, type TalkConnection } from '../../../../../test/tools/smb-bytes/talk.ts';

const DIALECTS = ['LANMAN1.0', 'NT LM 0.12'];
const UID = 2048;
const TID = 3;
const at = (mid: number, more: Partial<m.Smb1Header> = {}): m.Smb1Header => ({ mid, uid: UID, tid: TID, ...more });

/** Alice is logged on and connected to a share. */
function onShare(talk: SmbTalk, share = 'data', service = 'A:'): TalkConnection {
  return talk
    .connect()
    .client(m.negotiate({ mid: 1 }, DIALECTS))
    .server(m.negotiateAnswer({ mid: 1 }, 1))
    .client(m.sessionSetup({ mid: 2 }, 'alice', 'CORP'))
    .server(m.sessionSetupAnswer({ mid: 2, uid: UID }))
    .client(m.treeConnect({ mid: 3, uid: UID }, `\\\\FS01\\${share}`, service))
    .server(m.treeConnectAnswer({ mid: 3, uid: UID, tid: TID }, service));
}

const anomalies = (talk: SmbTalk) => talk.of('smb.anomaly').map((event) => event['smb.anomaly.name']);

test('negotiation, logon, tree', () => {
  const talk = new SmbTalk();
  const facts = onShare(talk).end();
  expect(talk.events).toMatchObject([
    {
      'event.dataset': 'smb.negotiate',
      'smb.dialect': 'NT LM 0.12',
      'smb.version': 'SMB1',
      'smb.dialects.offered': DIALECTS,
    },
    {
      'event.dataset': 'smb.session',
      'event.outcome': 'success',
      'user.name': 'alice',
      'user.domain': 'CORP',
      'smb.auth.ntlm_version': '1',
      'smb.command': 'session_setup_andx',
      'smb.client.version': 'Unix',
    },
    { 'event.dataset': 'smb.tree', 'smb.share.name': 'DATA', 'smb.share.type': 'DISK', 'user.name': 'alice' },
  ]);
  expect(facts).toMatchObject({ smb: { smb1: { offered: true, used: true }, dialect: 'NT LM 0.12' } });
});

test('an offer of SMB1 that is answered in SMB2 is no use of SMB1', () => {
  const talk = new SmbTalk();
  const facts = talk
    .connect()
    .client(m.negotiate({ mid: 0 }, ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???']))
    .server(negotiateResponse({ id: 0 }, { dialect: 0x02ff }))
    .client(negotiateRequest({ id: 1 }, { dialects: [0x0210] }))
    .server(negotiateResponse({ id: 1 }, { dialect: 0x0210 }))
    .end();
  expect(facts).toMatchObject({ smb: { smb1: { offered: true, used: false }, dialect: '2.1' } });
  expect(talk.of('smb.negotiate').map((event) => event['smb.dialect'])).toEqual(['2.x', '2.1']);
});

test('a chain: a tree connect behind a logon', () => {
  const talk = new SmbTalk();
  const words = m.andX(u16(4356), u16(10), u16(0), zeros(4), u16(0), u16(0), zeros(8));
  const setup = { command: 0x73, words, bytes: zeros(12) };
  talk
    .connect()
    .client(m.smb1(false, { mid: 2 }, setup, m.treeConnectCommand('\\\\FS01\\IPC$', 'IPC')))
    .server(
      m.smb1(
        true,
        { mid: 2, uid: UID, tid: TID },
        { command: 0x73, words: m.andX(u16(0)), bytes: zeros(0) },
        { command: 0x75, words: m.andX(u16(1)), bytes: Buffer.from('IPC\0') },
      ),
    )
    .end();
  expect(talk.of('smb.session')).toMatchObject([{ 'smb.auth.anonymous': true, 'event.outcome': 'success' }]);
  expect(talk.of('smb.tree')).toMatchObject([{ 'smb.share.name': 'IPC$', 'smb.share.type': 'PIPE' }]);
});

test('a chain that turns back ends there', () => {
  const talk = new SmbTalk();
  const message = m.treeConnect({ mid: 5 }, '\\\\FS01\\data');
  message[33] = 0x75;
  message.writeUInt16LE(32, 35);
  talk.connect().client(message).end();
  expect(talk.faults).toContain('smb.andx');
});

test('a file written', () => {
  const talk = new SmbTalk();
  onShare(talk, 'ADMIN$')
    .client(m.ntCreate(at(4), '\\svc.exe', 5, 2))
    .server(m.ntCreateAnswer(at(4), 77, 2))
    .client(m.writeAndX(at(5), 77, Buffer.from('MZ12345')))
    .server(m.writeAndXAnswer(at(5), 7))
    .client(m.close(at(6), 77))
    .server(m.closeAnswer(at(6)))
    .end();
  expect(talk.of('smb.file')).toMatchObject([
    {
      'event.action': 'smb-file-write',
      'file.path': '\\\\FS01\\ADMIN$\\svc.exe',
      'smb.file.magic': 'MZ',
      'smb.version': 'SMB1',
    },
    { 'event.action': 'smb-file-write', 'smb.file.bytes_written': 7, 'smb.command': 'close' },
  ]);
});

test('calls in transactions of a pipe', () => {
  const talk = new SmbTalk();
  const stub = join(zeros(20), ndrString('updater'));
  const transact = { setup: [0x26, 88], name: '\\PIPE\\' };
  onShare(talk, 'IPC$', 'IPC')
    .client(m.ntCreate(at(4), '\\svcctl'))
    .server(m.ntCreateAnswer(at(4), 88))
    .client(m.transaction(0x25, at(5), { ...transact, data: bind(1, [SVCCTL]) }))
    .server(m.transactionAnswer(0x25, at(5), bindAck(1, [0])))
    .client(m.transaction(0x25, at(6), { ...transact, data: rpcRequest(2, 16, stub) }))
    .server(m.transactionAnswer(0x25, at(6), rpcResponse(2, zeros(24))))
    .end();
  expect(talk.of('smb.rpc')).toMatchObject([
    {
      'smb.rpc.operation': 'OpenServiceW',
      'smb.rpc.interface': 'svcctl',
      'service.name': 'updater',
      'event.outcome': 'success',
    },
  ]);
});

test('changes of a file by its number', () => {
  const talk = new SmbTalk();
  onShare(talk)
    .client(m.ntCreate(at(4), '\\a.txt'))
    .server(m.ntCreateAnswer(at(4), 7))
    .client(
      m.transaction(0x32, at(5), { setup: [8], parameters: join(u16(7), u16(1013), u16(0)), data: Buffer.from([1]) }),
    )
    .server(m.transactionAnswer(0x32, at(5)))
    .end();
  expect(talk.of('smb.file').map((event) => event['event.action'])).toEqual(['smb-file-delete', 'smb-file-open']);
});

/** On the share with a file open under number 7. */
const opened = (talk: SmbTalk) =>
  onShare(talk)
    .client(m.ntCreate(at(4), '\\a.txt'))
    .server(m.ntCreateAnswer(at(4), 7));

describe('transactions in several pieces', () => {
  test('a new name that comes in the second piece', () => {
    const talk = new SmbTalk();
    const whole = renameData('a-long-name-of-a-file.locked');
    const parameters = join(u16(7), u16(1010), u16(0));
    const totals = { parametersTotal: parameters.length, dataTotal: whole.length };
    opened(talk)
      .client(
        m.transaction(0x32, at(5), { setup: [8], parameters, data: whole.subarray(0, 24), dataTotal: whole.length }),
        m.trans2Piece(at(5), { ...totals, data: whole.subarray(40), dataAt: 40 }),
        m.trans2Piece(at(5), { ...totals, data: whole.subarray(24, 40), dataAt: 24 }),
      )
      .server(m.transactionAnswer(0x32, at(5)))
      .end();
    expect(talk.of('smb.file')[0]).toMatchObject({
      'event.action': 'smb-file-rename',
      'smb.file.path': 'a-long-name-of-a-file.locked',
      'smb.file.previous_name': 'a.txt',
    });
    expect(anomalies(talk)).toEqual([]);
  });

  test('a descriptor whose file is named in the second piece', () => {
    const talk = new SmbTalk();
    const totals = { parametersTotal: 8, dataTotal: 20 };
    opened(talk)
      .client(
        m.ntTransaction(at(5), 3, totals),
        m.ntPiece(false, at(5), { ...totals, parameters: join(u16(7), u16(0), u32(4)), data: zeros(20) }),
      )
      .server(m.ntPiece(true, at(5), {}))
      .end();
    expect(talk.of('smb.file').map((event) => event['event.action'])).toEqual([
      'smb-file-security-change',
      'smb-file-open',
    ]);
    expect(anomalies(talk)).toEqual([]);
  });

  test('what is not complete says nothing, and does no harm', () => {
    const talk = new SmbTalk();
    opened(talk)
      .client(
        m.ntTransaction(at(5), 3, { parametersTotal: 8, dataTotal: 20 }),
        m.ntPiece(false, at(5), {
          parametersTotal: 8,
          dataTotal: 20,
          parametersAt: 60_000,
          data: zeros(7),
          dataAt: 60_000,
        }),
      )
      .server(m.ntPiece(true, at(5), {}))
      .end();
    expect(talk.of('smb.file').map((event) => event['event.action'])).toEqual(['smb-file-open']);
  });
});

test('a copy inside the server, asked for in a transaction', () => {
  const talk = new SmbTalk();
  const setup = join(u32(0x001440f2), u16(7), u8(1), u8(0));
  onShare(talk)
    .client(m.ntCreate(at(4), '\\a.txt'))
    .server(m.ntCreateAnswer(at(4), 7))
    .client(m.ntTransaction(at(5), 2, { setup, data: zeros(48) }))
    .server(m.ntPiece(true, at(5), { data: join(u32(1), u32(0), u32(500)) }))
    .end();
  expect(talk.of('smb.ioctl')).toMatchObject([
    {
      'smb.ioctl.function': 'srv_copychunk',
      'smb.file.path': 'a.txt',
      'smb.file.bytes_copied': 500,
      'smb.command': 'nt_transact',
      'smb.version': 'SMB1',
    },
  ]);
  expect(talk.of('smb.file')[0]).toMatchObject({ 'smb.file.bytes_copied': 500 });
});

describe('rules of the protocol', () => {
  test('a transaction continued as one of another kind', () => {
    const talk = new SmbTalk();
    onShare(talk, 'IPC$', 'IPC')
      .client(m.ntTransact(at(9), 0, 66_512), m.secondary2(at(9), Buffer.alloc(64)))
      .end();
    expect(talk.of('smb.anomaly')).toMatchObject([
      {
        'smb.anomaly.name': 'smb1-mixed-transaction',
        'smb.anomaly.found': 'NT_TRANSACT continued as TRANSACTION2, 66512 bytes announced',
      },
    ]);
  });

  test('continued as it began is honest', () => {
    const talk = new SmbTalk();
    onShare(talk)
      .client(
        m.transaction(0x32, at(9), { setup: [8], data: Buffer.alloc(8), dataTotal: 72 }),
        m.secondary2(at(9), Buffer.alloc(64)),
      )
      .end();
    expect(anomalies(talk)).toEqual([]);
  });

  test('a write under the ids of an unfinished transaction', () => {
    const talk = new SmbTalk();
    onShare(talk, 'IPC$', 'IPC')
      .client(
        m.transaction(0x32, at(9), { setup: [8], data: Buffer.alloc(8), dataTotal: 5000 }),
        m.writeAndX(at(9), 4, Buffer.from('x')),
      )
      .end();
    expect(anomalies(talk)).toEqual(['smb1-write-in-transaction']);
  });

  test.each([
    ['a sub-command that was never built', m.transaction(0x32, at(9), { setup: [0x0f] }), 'smb1-unused-trans2'],
    ['the one that implants listen to', m.transaction(0x32, at(9), { setup: [0x0e] }), 'smb1-unused-trans2'],
    [
      'set file system information',
      m.transaction(0x32, at(9), { setup: [4], parameters: join(u16(1), u16(0x203)) }),
      'smb1-unused-trans2',
    ],
    [
      'with a level that passes through it is honest',
      m.transaction(0x32, at(9), { setup: [4], parameters: join(u16(1), u16(1006)) }),
      undefined,
    ],
    ['a referral', m.transaction(0x32, at(9), { setup: [0x10], parameters: u16(3) }), undefined],
    ['a command without meaning', m.smb1(false, at(9), m.none(0x77)), 'smb1-unused-command'],
    ['a command that was withdrawn', m.smb1(false, at(9), m.none(0x29)), 'smb1-unused-command'],
    ['a rename as transaction', m.ntTransact(at(9), 5, 0), 'smb1-nt-rename'],
    ['an echo', m.echo(at(9)), undefined],
  ])('%s', (_, message, expected) => {
    const talk = new SmbTalk();
    onShare(talk).client(message).end();
    expect(anomalies(talk)).toEqual(expected === undefined ? [] : [expected]);
  });

  test('the implant answers under another id', () => {
    const talk = new SmbTalk();
    onShare(talk, 'IPC$', 'IPC')
      .client(m.transaction(0x32, at(65), { setup: [0x0e] }))
      .server(m.smb1(true, at(81, { status: 0xc0000002 }), m.none(0x32)))
      .end();
    expect(anomalies(talk)).toEqual(['smb1-unused-trans2', 'smb1-implant']);
  });

  test('a clean server answers under the same', () => {
    const talk = new SmbTalk();
    onShare(talk, 'IPC$', 'IPC')
      .client(m.transaction(0x32, at(65), { setup: [0x0e] }))
      .server(m.smb1(true, at(65, { status: 0xc0000002 }), m.none(0x32)))
      .end();
    expect(anomalies(talk)).toEqual(['smb1-unused-trans2']);
  });

  test('an answer nobody asked for; in mid-stream that says nothing', () => {
    const whole = new SmbTalk();
    onShare(whole)
      .server(m.smb1(true, at(4711), m.none(0x2b)))
      .end();
    expect(anomalies(whole)).toEqual(['smb1-server-new-id']);
    const middle = new SmbTalk();
    middle
      .connect({ sawHandshake: false })
      .server(m.smb1(true, at(4711), m.none(0x2b)), m.smb1(true, at(4712), m.none(0x2b)))
      .end();
    expect(anomalies(middle)).toEqual([]);
  });

  test.each([
    [0xc0000205, 'not patched'],
    [0xc0000022, 'patched'],
    [0, undefined],
  ])('a peek at no pipe answered 0x%s', (status, expected) => {
    const talk = new SmbTalk();
    onShare(talk, 'IPC$', 'IPC')
      .client(m.transaction(0x25, at(9), { setup: [0x23, 0], name: '\\PIPE\\' }))
      .server(m.smb1(true, at(9, { status }), m.none(0x25)))
      .end();
    expect(talk.of('smb.anomaly')[0]?.['smb.anomaly.found']).toBe(expected);
  });
});
