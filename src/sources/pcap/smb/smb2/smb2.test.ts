import { describe, expect, test } from 'vitest';
import {
  ntlmAuthenticate,
  ntlmChallenge,
  ntlmNegotiate,
  spnegoContinue,
  spnegoInit,
} from '../../../../../test/tools/smb-bytes/auth-tokens.ts';
import { join, u32, u64, u8, utf16, zeros } from '../../../../../test/tools/smb-bytes/bytes.ts';
import * as m from '../../../../../test/tools/smb-bytes/smb2-messages.ts';
import { SmbTalk, type TalkConnection } from '../../../../../test/tools/smb-bytes/talk.ts';

const SESSION = 0x1234_5678_9abcn;
const STATUS = { denied: 0xc0000022, logon: 0xc000006d, more: 0xc0000016, pending: 0x103, missing: 0xc0000034 };
const CIPHERS = [2, m.idContext([2, 1])] as const;

/** Alice is logged on. */
function loggedOn(talk = new SmbTalk(), flags = 0): TalkConnection {
  return talk
    .connect()
    .client(m.negotiateRequest({ id: 0 }, { contexts: [CIPHERS] }))
    .server(m.negotiateResponse({ id: 0 }, { dialect: 0x0311, contexts: [[2, m.idContext([2])]] }))
    .client(m.sessionSetupRequest({ id: 1 }, spnegoInit(['ntlm'], ntlmNegotiate())))
    .server(
      m.sessionSetupResponse(
        { id: 1, session: SESSION, status: STATUS.more },
        spnegoContinue(ntlmChallenge({ 1: 'FS01' })),
      ),
    )
    .client(m.sessionSetupRequest({ id: 2, session: SESSION }, spnegoContinue(ntlmAuthenticate({ user: 'alice' }))))
    .server(m.sessionSetupResponse({ id: 2, session: SESSION }, zeros(0), flags));
}

/** And connected to a share under tree id 5. */
function onShare(talk: SmbTalk, share = 'data', type = 1): TalkConnection {
  return loggedOn(talk)
    .client(m.treeRequest({ id: 3, session: SESSION }, `\\\\fs01\\${share}`))
    .server(m.treeResponse({ id: 3, session: SESSION, tree: 5 }, type));
}

const at = (id: number, more: Partial<m.Smb2Header> = {}): m.Smb2Header => ({ id, session: SESSION, tree: 5, ...more });

/** A file is opened under id 9. */
const opened = (talk: SmbTalk, share?: string, answer?: m.CreateAnswer, parts?: m.CreateParts) =>
  onShare(talk, share)
    .client(m.createRequest(at(4), 'plans\\q4.xlsx', parts))
    .server(m.createResponse(at(4), 9, answer));

describe('negotiation', () => {
  test.each<[string, m.NegotiateParts, m.NegotiateParts, Record<string, unknown>]>([
    [
      'the client demands, the server only offers',
      { mode: 3 },
      { dialect: 0x0302, mode: 1 },
      { 'smb.signing.required.client': true, 'smb.signing.required.server': false, 'smb.dialect': '3.0.2' },
    ],
    [
      '3.0.2: the capability says encryption, the cipher is the default',
      { dialects: [0x0302], capabilities: 0x40 },
      { dialect: 0x0302, capabilities: 0x40 },
      {
        'smb.encryption.offered.client': true,
        'smb.encryption.offered.server': true,
        'smb.encryption.cipher': 'AES-128-CCM',
      },
    ],
    [
      '3.1.1: the capability alone says nothing',
      { dialects: [0x0311], capabilities: 0x40 },
      { dialect: 0x0311, capabilities: 0x40 },
      {
        'smb.encryption.offered.client': false,
        'smb.encryption.offered.server': false,
        'smb.encryption.cipher': undefined,
      },
    ],
    [
      '3.1.1: the context counts',
      { contexts: [CIPHERS, [8, m.idContext([2, 1])], [5, utf16('fs01.corp')]] },
      {
        dialect: 0x0311,
        contexts: [
          [8, m.idContext([2])],
          [2, m.idContext([2])],
        ],
      },
      { 'smb.encryption.cipher': 'AES-128-GCM', 'smb.signing.algorithm': 'AES-GMAC', 'server.domain': 'fs01.corp' },
    ],
    [
      'no cipher in common',
      { contexts: [CIPHERS] },
      { dialect: 0x0311, contexts: [[2, m.idContext([0])]] },
      { 'smb.encryption.offered.server': false },
    ],
    [
      'old',
      { dialects: [0x0202, 0x0210] },
      { dialect: 0x0210 },
      { 'smb.signing.algorithm': 'HMAC-SHA256', 'smb.dialect': '2.1' },
    ],
  ])('%s', (_, request, response, expected) => {
    const talk = new SmbTalk();
    talk
      .connect()
      .client(m.negotiateRequest({ id: 0 }, request))
      .server(m.negotiateResponse({ id: 0 }, response))
      .end();
    const [event] = talk.of('smb.negotiate');
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, event![name]]))).toEqual(expected);
  });

  test('an answer that was cut before it names a dialect says nothing of one, nor of signing', () => {
    const talk = new SmbTalk();
    talk
      .connect()
      .client(m.negotiateRequest({ id: 0 }, {}))
      .server(m.negotiateResponse({ id: 0 }, { dialect: 0x0311 }).subarray(0, 66))
      .end();
    const [event] = talk.of('smb.negotiate');
    expect(event).not.toHaveProperty(['smb.dialect']);
    expect(event).not.toHaveProperty(['smb.signing.required.server']);
    expect(talk.of('smb.anomaly')).toEqual([]);
  });

  test('no answer', () => {
    const talk = new SmbTalk();
    talk
      .connect()
      .client(m.negotiateRequest({ id: 0 }, {}))
      .end();
    expect(talk.of('smb.negotiate')).toMatchObject([{ 'event.outcome': 'unknown' }]);
  });

  test('a lower dialect than before, though the same is offered', () => {
    const talk = new SmbTalk();
    for (const dialect of [0x0311, 0x0302]) {
      const connection = talk.connect({ clientPort: 50_000 + dialect });
      connection
        .client(m.negotiateRequest({ id: 0 }, {}))
        .server(m.negotiateResponse({ id: 0 }, { dialect }))
        .end();
    }
    expect(talk.of('smb.anomaly')).toMatchObject([
      { 'smb.anomaly.name': 'dialect-lowered', 'smb.anomaly.expected': '3.1.1', 'smb.anomaly.found': '3.0.2' },
    ]);
  });

  test('a validation that differs from what was seen', () => {
    const talk = new SmbTalk();
    const sent = join(u32(0), zeros(16), m.idContext([]).subarray(0, 0), Buffer.from([1, 0, 1, 0, 0x11, 0x03]));
    loggedOn(talk)
      .client(m.ioctlRequest({ id: 3, session: SESSION }, -1, 0x00140204, sent))
      .server(m.ioctlResponse({ id: 3, session: SESSION }, 0x00140204, zeros(24)))
      .end();
    expect(talk.of('smb.anomaly')).toMatchObject([{ 'smb.anomaly.name': 'negotiate-tampered' }]);
    expect(talk.of('smb.ioctl')).toMatchObject([{ 'smb.ioctl.function': 'validate_negotiate_info' }]);
  });
});

describe('logons', () => {
  test('one event for both legs', () => {
    const talk = new SmbTalk();
    const facts = loggedOn(talk).end();
    expect(talk.of('smb.session')).toMatchObject([
      {
        'event.outcome': 'success',
        'user.name': 'alice',
        'user.domain': 'CORP',
        'source.domain': 'WS01',
        'smb.auth.mechanism': 'ntlm',
        'smb.auth.ntlm_version': '2',
        'smb.auth.guest': false,
        'smb.auth.anonymous': false,
        'smb.server.netbios_name': 'FS01',
        'smb.session.id': '0x0000123456789abc',
        'smb.status': 'STATUS_SUCCESS',
      },
    ]);
    expect(facts).toMatchObject({ smb: { facts: { users: ['CORP\\alice'], logons: { ok: 1 } } } });
  });

  test.each<[string, Partial<Parameters<typeof ntlmAuthenticate>[0]>, number, Record<string, unknown>]>([
    ['NTLMv1', { ntLength: 24 }, 0, { 'smb.auth.ntlm_version': '1', 'smb.auth.lm_package': 'NTLM V1' }],
    ['guest', {}, 1, { 'smb.auth.guest': true, 'smb.auth.anonymous': false }],
    [
      'no responses are anonymous, whatever the name and the guest flag say',
      { ntLength: 0, lmLength: 0 },
      1,
      { 'smb.auth.anonymous': true, 'smb.auth.guest': false, 'user.name': 'alice' },
    ],
    ['the null flag is anonymous', {}, 2, { 'smb.auth.anonymous': true, 'smb.auth.guest': false }],
  ])('%s', (_, parts, flags, expected) => {
    const talk = new SmbTalk();
    talk
      .connect()
      .client(m.sessionSetupRequest({ id: 2 }, ntlmAuthenticate({ user: 'alice', ...parts })))
      .server(m.sessionSetupResponse({ id: 2, session: SESSION }, zeros(0), flags))
      .end();
    expect(talk.of('smb.session')[0]).toMatchObject(expected);
  });

  test('a refusal names the account', () => {
    const talk = new SmbTalk();
    talk
      .connect()
      .client(m.sessionSetupRequest({ id: 2 }, ntlmAuthenticate({ user: 'bob' })))
      .server(m.smb2(1, true, { id: 2, status: STATUS.logon }, m.errorBody()))
      .end();
    expect(talk.of('smb.session')).toMatchObject([
      { 'event.outcome': 'failure', 'user.name': 'bob', 'smb.status': 'STATUS_LOGON_FAILURE' },
    ]);
  });

  test('one that never ended is unknown', () => {
    const talk = new SmbTalk();
    talk
      .connect()
      .client(m.sessionSetupRequest({ id: 1 }, ntlmNegotiate()))
      .server(m.sessionSetupResponse({ id: 1, session: SESSION, status: STATUS.more }, ntlmChallenge({ 1: 'FS01' })))
      .end();
    expect(talk.of('smb.session')).toMatchObject([{ 'event.outcome': 'unknown' }]);
  });

  test('a logoff closes what is open', () => {
    const talk = new SmbTalk();
    opened(talk)
      .client(m.logoffRequest(at(8)))
      .server(m.logoffResponse(at(8)));
    expect(talk.of('smb.file')).toHaveLength(1);
    expect(talk.of('smb.session').at(-1)).toMatchObject({ 'event.action': 'smb-logoff', 'user.name': 'alice' });
  });

  test('secrets are in no event', () => {
    const talk = new SmbTalk();
    loggedOn(talk).end();
    const text = JSON.stringify(talk.events);
    expect(text).not.toContain('0123456789abcdef');
    expect(text).not.toMatch(/(?:02){16}/);
  });

  test('a session on a second connection keeps its user', () => {
    const talk = new SmbTalk();
    const first = onShare(talk);
    const second = talk.connect({ clientPort: 50_999 });
    second
      .client(m.createRequest(at(0), 'a.txt'))
      .server(m.createResponse(at(0), 1))
      .client(m.closeRequest(at(1), 1))
      .server(m.closeResponse(at(1)));
    second.end();
    first.end();
    expect(talk.of('smb.file')).toMatchObject([
      { 'user.name': 'alice', 'client.port': 50_999, 'file.path': '\\\\fs01\\data\\a.txt' },
    ]);
  });

  test('a challenge seen on two connections within seconds', () => {
    const talk = new SmbTalk();
    for (const [i, serverIp] of ['10.1.9.20', '10.1.9.66'].entries()) {
      talk
        .connect({ serverIp, clientIp: `10.1.2.${i}` })
        .client(m.sessionSetupRequest({ id: 1 }, ntlmNegotiate()))
        .server(m.sessionSetupResponse({ id: 1, session: 1, status: STATUS.more }, ntlmChallenge({ 1: 'FS01' })))
        .end();
    }
    expect(talk.of('smb.anomaly')).toMatchObject([
      { 'smb.anomaly.name': 'ntlm-challenge-reused', 'smb.anomaly.found': '10.1.2.0 to 10.1.9.20' },
    ]);
  });

  test.each([
    ['cifs/fs01', []],
    ['cifs/FS01.corp.example', []],
    ['cifs/10.1.9.20', []],
    ['cifs/evil', ['ntlm-target-mismatch']],
  ])('an answer meant for %s', (target, expected) => {
    const talk = new SmbTalk();
    talk
      .connect()
      .client(m.sessionSetupRequest({ id: 1 }, ntlmNegotiate()))
      .server(
        m.sessionSetupResponse(
          { id: 1, session: 1, status: STATUS.more },
          ntlmChallenge({ 1: 'FS01', 3: 'fs01.corp.example' }),
        ),
      )
      .client(m.sessionSetupRequest({ id: 2, session: 1 }, ntlmAuthenticate({ user: 'alice', names: { 9: target } })))
      .server(m.sessionSetupResponse({ id: 2, session: 1 }))
      .end();
    expect(talk.of('smb.anomaly').map((event) => event['smb.anomaly.name'])).toEqual(expected);
  });
});

describe('trees', () => {
  test('granted and refused', () => {
    const talk = new SmbTalk();
    onShare(talk, 'Data$')
      .client(m.treeRequest({ id: 4, session: SESSION }, '\\\\fs01\\ADMIN$'))
      .server(m.smb2(3, true, { id: 4, session: SESSION, status: STATUS.denied }, m.errorBody()))
      .end();
    talk.analyser.finish();
    expect(talk.of('smb.tree')).toMatchObject([
      { 'event.outcome': 'success', 'smb.share.name': 'DATA$', 'smb.share.type': 'DISK', 'user.name': 'alice' },
      { 'event.outcome': 'failure', 'smb.share.name': 'ADMIN$', 'smb.status': 'STATUS_ACCESS_DENIED' },
    ]);
  });

  test('a share that demands encryption', () => {
    const talk = new SmbTalk();
    const facts = loggedOn(talk)
      .client(m.treeRequest({ id: 3, session: SESSION }, '\\\\fs01\\secret'))
      .server(m.treeResponse({ id: 3, session: SESSION, tree: 6 }, 1, 0x8000))
      .end();
    expect(facts).toMatchObject({
      smb: { facts: { shares_encrypted: ['SECRET'] }, encryption: { required: { server: true } } },
    });
  });
});

describe('files', () => {
  test('written: figures of the server, times, size, the first bytes', () => {
    const talk = new SmbTalk();
    opened(talk, 'data', { action: 2 }, { access: 2, disposition: 5, contexts: ['DHnQ', 'MxAc'] })
      .client(m.writeRequest(at(5), 9, Buffer.from('MZ-and-more'), 0))
      .server(m.writeResponse(at(5), 11))
      .client(m.closeRequest(at(6), 9))
      .server(m.closeResponse(at(6)))
      .end();
    expect(talk.of('smb.file')).toMatchObject([
      {
        'event.action': 'smb-file-write',
        'event.type': ['creation', 'change'],
        'file.path': '\\\\fs01\\data\\plans\\q4.xlsx',
        'smb.file.path': 'plans\\q4.xlsx',
        'file.directory': 'plans',
        'file.size': 11,
        'smb.file.bytes_written': 11,
        'smb.file.magic': 'MZ',
        'smb.file.written': true,
        'smb.create.contexts': ['DHnQ', 'MxAc'],
        'smb.disposition': 'overwrite_or_create',
        'smb.access.intent': ['write'],
      },
    ]);
  });

  test('on an admin share the first write of a new file is told at once', () => {
    const talk = new SmbTalk();
    opened(talk, 'C$', { action: 2 })
      .client(m.writeRequest(at(5), 9, Buffer.from('MZ')))
      .server(m.writeResponse(at(5), 2));
    expect(talk.of('smb.file')).toMatchObject([{ 'event.action': 'smb-file-write', 'smb.file.magic': 'MZ' }]);
  });

  test('a hole in the data costs nothing', () => {
    const talk = new SmbTalk();
    const whole = m.writeRequest(at(5), 9, Buffer.alloc(5000, 0x41));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(whole.length);
    opened(talk)
      .raw(0, join(head, whole.subarray(0, 300)))
      .gap(0, whole.length - 300)
      .server(m.writeResponse(at(5), 5000))
      .client(m.closeRequest(at(6), 9))
      .server(m.closeResponse(at(6)))
      .end();
    expect(talk.of('smb.file')).toMatchObject([{ 'smb.file.bytes_written': 5000 }]);
  });

  test('read', () => {
    const talk = new SmbTalk();
    opened(talk, 'data', { size: 70_000 })
      .client(m.readRequest(at(5), 9, 65_536))
      .server(m.smb2(8, true, at(5, { status: STATUS.pending, flags: 2 }), m.errorBody()))
      .server(m.readResponse(at(5), Buffer.alloc(65_536, 1)))
      .client(m.closeRequest(at(6), 9))
      .server(m.closeResponse(at(6)))
      .end();
    expect(talk.of('smb.file')).toMatchObject([
      { 'event.action': 'smb-file-open', 'smb.file.bytes_read': 65_536, 'file.size': 70_000 },
    ]);
  });

  test('renamed, then deleted at its close', () => {
    const talk = new SmbTalk();
    opened(talk)
      .client(m.setInfoRequest(at(5), 9, 1, 10, m.renameData('plans\\q4.xlsx.lock')))
      .server(m.setInfoResponse(at(5)))
      .client(m.setInfoRequest(at(6), 9, 1, 13, u8(1)))
      .server(m.setInfoResponse(at(6)))
      .client(m.closeRequest(at(7), 9))
      .server(m.closeResponse(at(7)))
      .end();
    expect(talk.of('smb.file')).toMatchObject([
      {
        'event.action': 'smb-file-rename',
        'smb.file.path': 'plans\\q4.xlsx.lock',
        'smb.file.previous_name': 'plans\\q4.xlsx',
      },
      { 'event.action': 'smb-file-delete', 'event.type': ['deletion'], 'smb.delete.pending': true },
      { 'event.action': 'smb-file-open', 'smb.file.deleted': true },
    ]);
  });

  test.each<[string, number, number, Buffer, string | undefined]>([
    ['times', 1, 4, join(u64(132_000_000_000_000_000n), zeros(32)), 'smb-file-time-change'],
    ['attributes only', 1, 4, zeros(40), undefined],
    ['access list', 3, 0, zeros(20), 'smb-file-security-change'],
    ['deletion in the newer form', 1, 64, u32(3), 'smb-file-delete'],
    ['rename in the newer form', 1, 65, m.renameData('x'), 'smb-file-rename'],
    ['a level that changes nothing', 1, 19, u64(0), undefined],
  ])('changed: %s', (_, infoClass, level, data, expected) => {
    const talk = new SmbTalk();
    opened(talk)
      .client(m.setInfoRequest(at(5), 9, infoClass, level, data))
      .server(m.setInfoResponse(at(5)));
    expect(talk.of('smb.file')[0]?.['event.action']).toBe(expected);
  });

  test('a compound opens, changes and closes before the file has an id', () => {
    const talk = new SmbTalk();
    const related = { flags: m.RELATED };
    onShare(talk)
      .client(
        m.compound(
          m.createRequest(at(4), 'old.txt', { access: 0x10000 }),
          m.setInfoRequest(at(5, related), m.SAME_FILE, 1, 13, u8(1)),
          m.closeRequest(at(6, related), m.SAME_FILE),
        ),
      )
      .server(m.compound(m.createResponse(at(4), 9), m.setInfoResponse(at(5)), m.closeResponse(at(6))))
      .end();
    expect(talk.of('smb.file').map((event) => [event['event.action'], event['file.path']])).toEqual([
      ['smb-file-delete', '\\\\fs01\\data\\old.txt'],
      ['smb-file-open', '\\\\fs01\\data\\old.txt'],
    ]);
  });

  test('the same refusal again and again is one event with a count', () => {
    const talk = new SmbTalk();
    const connection = onShare(talk);
    for (let id = 10; id < 15; id++) {
      connection
        .client(m.createRequest(at(id), 'secret.txt'))
        .server(m.smb2(5, true, at(id, { status: STATUS.denied }), m.errorBody()));
    }
    connection
      .client(m.createRequest(at(20), 'nothing.txt'))
      .server(m.smb2(5, true, at(20, { status: STATUS.missing }), m.errorBody()));
    const facts = connection.end();
    talk.analyser.finish();
    expect(talk.of('smb.file')).toMatchObject([
      { 'event.outcome': 'failure', 'event.type': ['access', 'denied'], 'smb.count': 5, 'smb.file.path': 'secret.txt' },
      { 'event.outcome': 'failure', 'event.type': ['access'], 'smb.file.path': 'nothing.txt' },
    ]);
    expect(facts).toMatchObject({ smb: { facts: { files: { refused: 5 } } } });
  });

  test('a stream of a file', () => {
    const talk = new SmbTalk();
    onShare(talk)
      .client(m.createRequest(at(4), 'dir\\a.txt:Zone.Identifier:$DATA'))
      .server(m.createResponse(at(4), 9))
      .end();
    expect(talk.of('smb.file')).toMatchObject([{ 'file.name': 'a.txt', 'file.fork_name': 'Zone.Identifier' }]);
  });

  test('server-side copy', () => {
    const talk = new SmbTalk();
    opened(talk)
      .client(m.ioctlRequest(at(5), 9, 0x001480f2, zeros(64)))
      .server(m.ioctlResponse(at(5), 0x001480f2, join(u32(1), u32(0), u32(1_048_576))))
      .end();
    expect(talk.of('smb.ioctl')).toMatchObject([
      { 'smb.ioctl.function': 'srv_copychunk_write', 'smb.file.bytes_copied': 1_048_576 },
    ]);
  });

  test('nobody wants files: none are made, the rest is the same', () => {
    const talk = new SmbTalk({ wants: (dataset) => dataset !== 'smb.file' });
    const facts = opened(talk).end();
    expect(talk.of('smb.file')).toEqual([]);
    expect(facts).toMatchObject({ smb: { facts: { files: { opened: 1 } } } });
  });
});

describe('what protects the messages', () => {
  test('signed where nobody signs: the end of a logon and tree connects do not count', () => {
    const talk = new SmbTalk();
    const signed = { flags: m.SIGNED };
    const facts = loggedOn(talk)
      .client(m.treeRequest({ id: 3, session: SESSION, ...signed }, '\\\\fs01\\data'))
      .server(m.treeResponse({ id: 3, session: SESSION, tree: 5, ...signed }, 1))
      .client(m.createRequest(at(4), 'a'))
      .server(m.createResponse(at(4), 9))
      .end();
    expect(facts).toMatchObject({ smb: { signing: { seen: 'none', used: false } } });
  });

  test('all signed, and a part', () => {
    const signed = { flags: m.SIGNED };
    const all = onShare(new SmbTalk())
      .client(m.createRequest(at(4, signed), 'a'))
      .server(m.createResponse(at(4, signed), 9));
    expect(all.end()).toMatchObject({ smb: { signing: { seen: 'all' } } });
    const part = onShare(new SmbTalk())
      .client(m.createRequest(at(4, signed), 'a'))
      .server(m.createResponse(at(4), 9));
    expect(part.end()).toMatchObject({ smb: { signing: { seen: 'partly' } } });
  });

  test.each([
    [0, { seen: 'all', client_chosen: true, required: { server: false } }],
    [4, { seen: 'all', client_chosen: false, required: { server: true } }],
  ])('everything encrypted after a logon with session flags %i', (flags, encryption) => {
    const talk = new SmbTalk();
    const facts = loggedOn(talk, flags).client(m.encrypted(SESSION, 500)).server(m.encrypted(SESSION, 90)).end();
    expect(facts).toMatchObject({ smb: { encryption: { ...encryption, bytes: { client: 500, server: 90 } } } });
    expect(facts).not.toMatchObject({ smb: { signing: { seen: 'none' } } });
  });

  test.each<[string, number, number, boolean]>([
    ['none was agreed on', 100, 0, true],
    ['an offset beyond the message', 100, 5000, true],
    ['sizes that overflow', 0xffffffff, 16, true],
  ])('compressed: %s', (_, original, offset, isAnomaly) => {
    const talk = new SmbTalk();
    loggedOn(talk)
      .client(m.compressed(original, offset, Buffer.alloc(80, 1)))
      .end();
    expect(talk.of('smb.anomaly').length > 0).toBe(isAnomaly);
  });

  test('compressed with a header in clear: read as any message', () => {
    const talk = new SmbTalk();
    const both = [[3, join(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 3, 0]))]] as const;
    const inner = m.smb2(16, false, { id: 1, session: SESSION }, zeros(0));
    const facts = talk
      .connect()
      .client(m.negotiateRequest({ id: 0 }, { contexts: both }))
      .server(m.negotiateResponse({ id: 0 }, { dialect: 0x0311, contexts: both }))
      .client(m.compressed(400, 64, join(inner, Buffer.alloc(40, 9))))
      .end();
    expect(talk.of('smb.anomaly')).toEqual([]);
    expect(facts).toMatchObject({
      smb: { compression: { used: true, chosen: ['LZ77+Huffman'] }, facts: { commands: { query_info: 1 } } },
    });
  });
});

describe('order and limits', () => {
  test('an answer recorded before its request is not lost', () => {
    const talk = new SmbTalk();
    onShare(talk)
      .server(m.createResponse(at(4), 9))
      .client(m.createRequest(at(4), 'a.txt'))
      .end();
    expect(talk.of('smb.file')).toMatchObject([{ 'file.path': '\\\\fs01\\data\\a.txt' }]);
  });

  test('the server is who answers, whatever the ports say', () => {
    const talk = new SmbTalk();
    const connection = talk.connect({ clientPort: 445, serverPort: 51_000, sawHandshake: false });
    connection
      .client(m.negotiateRequest({ id: 0 }, {}))
      .server(m.negotiateResponse({ id: 0 }, {}))
      .client(m.negotiateRequest({ id: 1 }, {}))
      .end();
    expect(talk.of('smb.negotiate')[0]).toMatchObject({ 'server.port': 51_000, 'client.port': 445 });
    expect(connection.tcp.clientBy).toBe('protocol');
  });

  test('requests without answers, sessions, trees and handles stay within their limits', () => {
    const limits = { requestsPending: 8, sessions: 4, trees: 4, handles: 4 };
    const talk = new SmbTalk({ limits });
    const connection = onShare(talk);
    for (let id = 10; id < 60; id++) {
      connection
        .client(m.createRequest(at(id), `f${id}`))
        .server(m.createResponse(at(id), id))
        .client(m.treeRequest({ id: id + 100, session: SESSION }, `\\\\fs01\\s${id}`))
        .server(m.treeResponse({ id: id + 100, session: SESSION, tree: id }, 1));
    }
    for (let id = 300; id < 350; id++) connection.client(m.readRequest(at(id, { session: id }), 1, 1));
    connection.end();
    const reached = talk.analyser.limitsReached();
    expect(Object.keys(reached).sort()).toEqual(['handles', 'requestsPending', 'sessions', 'trees']);
    expect(new Set(talk.of('smb.file').map((event) => event['smb.file.path'])).size).toBe(50);
  });
});
