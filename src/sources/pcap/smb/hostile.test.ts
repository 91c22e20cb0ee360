/** Input that means harm: whatever the bytes are, reading goes on and ends, and what came before stays. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ntlmAuthenticate,
  ntlmChallenge,
  ntlmNegotiate,
  spnegoInit,
} from '../../../../test/tools/smb-bytes/auth-tokens.ts';
import { frame, u16, u8, zeros } from '../../../../test/tools/smb-bytes/bytes.ts';
import * as rpc from '../../../../test/tools/smb-bytes/rpc-fragments.ts';
import * as old from '../../../../test/tools/smb-bytes/smb1-messages.ts';
import * as m from '../../../../test/tools/smb-bytes/smb2-messages.ts';
import { SmbTalk } from '../../../../test/tools/smb-bytes/talk.ts';
import type { Side } from '../stream.ts';

const at = (id: number): m.Smb2Header => ({ id, session: 77, tree: 5 });

/** One message of nearly every kind. */
const SCRIPT: readonly (readonly [Side, Buffer])[] = [
  [
    0,
    m.negotiateRequest(
      { id: 0 },
      {
        contexts: [
          [2, m.idContext([2, 1])],
          [5, Buffer.from('a\0b\0')],
        ],
      },
    ),
  ],
  [1, m.negotiateResponse({ id: 0 }, { contexts: [[2, m.idContext([2])]] })],
  [0, m.sessionSetupRequest({ id: 1 }, spnegoInit(['ntlm', 'kerberos'], ntlmNegotiate()))],
  [1, m.sessionSetupResponse({ id: 1, session: 77, status: 0xc0000016 }, ntlmChallenge({ 1: 'FS01' }))],
  [0, m.sessionSetupRequest({ id: 2, session: 77 }, ntlmAuthenticate({ user: 'alice', names: { 9: 'cifs/fs01' } }))],
  [1, m.sessionSetupResponse({ id: 2, session: 77 })],
  [0, m.treeRequest({ id: 3, session: 77 }, '\\\\fs01\\IPC$')],
  [1, m.treeResponse(at(3), 2)],
  [0, m.createRequest(at(4), 'svcctl', { contexts: ['DHnQ', 'QFid'] })],
  [1, m.createResponse(at(4), 9)],
  [0, m.writeRequest(at(5), 9, rpc.bind(1, [rpc.SVCCTL]))],
  [1, m.writeResponse(at(5), 100)],
  [0, m.readRequest(at(6), 9, 1000)],
  [1, m.readResponse(at(6), rpc.bindAck(1, [0]))],
  [0, m.ioctlRequest(at(7), 9, 0x0011c017, rpc.rpcRequest(2, 12, Buffer.concat([zeros(20), rpc.ndrString('x')])))],
  [1, m.ioctlResponse(at(7), 0x0011c017, rpc.rpcResponse(2, zeros(24)))],
  [
    0,
    m.compound(
      m.createRequest(at(8), 'a'),
      m.setInfoRequest({ ...at(9), flags: 4 }, -1, 1, 10, m.renameData('b')),
      m.closeRequest({ ...at(10), flags: 4 }, -1),
    ),
  ],
  [1, m.compound(m.createResponse(at(8), 11), m.setInfoResponse(at(9)), m.closeResponse(at(10)))],
  [0, m.encrypted(77, 60)],
  [0, m.compressed(400, 64, Buffer.concat([m.smb2(16, false, at(11), zeros(0)), zeros(40)]))],
  [0, old.negotiate({ mid: 1 }, ['NT LM 0.12'])],
  [1, old.negotiateAnswer({ mid: 1 }, 0)],
  [0, old.sessionSetup({ mid: 2 }, 'alice', 'CORP')],
  [1, old.sessionSetupAnswer({ mid: 2, uid: 3 })],
  [0, old.treeConnect({ mid: 3, uid: 3 }, '\\\\FS01\\IPC$', 'IPC')],
  [1, old.treeConnectAnswer({ mid: 3, uid: 3, tid: 4 }, 'IPC')],
  [
    0,
    old.transaction(
      0x25,
      { mid: 4, uid: 3, tid: 4 },
      { setup: [0x26, 5], name: '\\PIPE\\', data: rpc.bind(1, [rpc.SVCCTL]) },
    ),
  ],
  [1, old.transactionAnswer(0x25, { mid: 4, uid: 3, tid: 4 }, rpc.bindAck(1, [0]))],
  [
    0,
    old.transaction(
      0x32,
      { mid: 5, uid: 3, tid: 4 },
      { setup: [8], parameters: Buffer.concat([u16(5), u16(1010), u16(0)]), data: m.renameData('x') },
    ),
  ],
  [1, old.transactionAnswer(0x32, { mid: 5, uid: 3, tid: 4 })],
  [0, old.ntTransact({ mid: 6 }, 1, 70_000)],
  [0, old.secondary2({ mid: 6 }, zeros(40))],
];

function talkWith(steps: readonly (readonly [Side, Uint8Array])[], sawHandshake = true): SmbTalk {
  const talk = new SmbTalk();
  const connection = talk.connect({ sawHandshake });
  for (const [side, bytes] of steps) connection.raw(side, bytes);
  connection.end();
  talk.analyser.finish();
  return talk;
}

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

test('a thousand times some bits are wrong', () => {
  const clean = talkWith(SCRIPT.map(([side, message]) => [side, frame(message)]));
  expect(clean.events.length).toBeGreaterThan(14);
  let most = 0;
  for (let seed = 1; seed <= 1000; seed++) {
    const random = seeded(seed);
    const steps = SCRIPT.map(([side, message]) => {
      const bytes = Buffer.from(frame(message));
      if (random(3) === 0) bytes[random(bytes.length)]! ^= 1 << random(8);
      return [side, bytes] as const;
    });
    most = Math.max(most, talkWith(steps).events.length);
  }
  expect(most).toBeLessThan(clean.events.length * 2);
});

test('what came before the damage is told as before', () => {
  const steps = SCRIPT.map(([side, message]) => [side, frame(message)] as const);
  const before = talkWith(steps.slice(0, 8)).ids;
  const damaged = talkWith([...steps.slice(0, 8), [0, Buffer.alloc(500, 0xa5)], [1, Buffer.alloc(500, 0x5a)]]);
  expect(damaged.ids.slice(0, before.length)).toEqual(before);
});

test('bodies of random bytes behind every magic', () => {
  const message = fc.tuple(
    fc.constantFrom('\xfe', '\xff', '\xfd', '\xfc'),
    fc.uint8Array({ minLength: 30, maxLength: 300 }),
    fc.nat(19),
    fc.nat(1),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 30 }), fc.boolean(), (messages, sawHandshake) => {
      const steps = messages.map(([magic, body, command, side]) => {
        const bytes = Buffer.concat([Buffer.from(`${magic}SMB`, 'latin1'), u16(64), Buffer.from(body)]);
        bytes[12] = command;
        bytes[13] = 0;
        return [side as Side, frame(bytes)] as const;
      });
      talkWith(steps, sawHandshake);
    }),
    { numRuns: 1000 },
  );
});

test('cut at every byte: no throw, and no event that the whole does not have', () => {
  const bytes = SCRIPT.slice(0, 10).map(([side, message]) => [side, frame(message)] as const);
  const whole = new Set(talkWith(bytes).ids);
  for (const [step, [side, all]] of bytes.entries()) {
    for (let end = 0; end < all.length; end++) {
      const { ids, events } = talkWith([...bytes.slice(0, step), [side, all.subarray(0, end)]]);
      // The end of a connection in the middle tells of what was not finished.
      const more = ids.filter((id, i) => !whole.has(id) && events[i]!['event.outcome'] !== 'unknown');
      expect(more.filter((id) => !id.startsWith('smb.pipe close'))).toEqual([]);
    }
  }
});

test('a session of two gigabytes of writes costs what its heads cost', () => {
  const talk = new SmbTalk();
  const connection = talk.connect();
  for (const [side, message] of SCRIPT.slice(0, 6)) connection.raw(side, frame(message));
  connection.client(m.treeRequest({ id: 3, session: 77 }, '\\\\fs01\\data')).server(m.treeResponse(at(3), 1));
  connection.client(m.createRequest(at(4), 'big.iso')).server(m.createResponse(at(4), 9, { action: 2 }));
  const data = Buffer.alloc(64, 1);
  for (let id = 5; id < 2053; id++) {
    const write = m.writeRequest(at(id), 9, data);
    write.writeUInt32LE(1_048_576, 68);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(write.length - data.length + 1_048_576);
    connection.raw(0, Buffer.concat([head, write])).gap(0, 1_048_576 - data.length);
    connection.server(m.writeResponse(at(id), 1_048_576));
  }
  connection.end();
  expect(talk.of('smb.file')).toMatchObject([{ 'smb.file.bytes_written': 2_147_483_648 }]);
});

test('a port of SMB on which something else is spoken is given up', () => {
  const talk = new SmbTalk();
  const connection = talk.connect();
  for (let i = 0; i < 300 && connection.isInterested; i++) connection.raw(0, Buffer.alloc(8192, 0x17));
  expect(connection.isInterested).toBe(false);
  expect(connection.end()).toBeUndefined();
  connection.raw(0, u8(1));
});
