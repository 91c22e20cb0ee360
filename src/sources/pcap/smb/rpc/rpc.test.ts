import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ntlmNegotiate } from '../../../../../test/tools/smb-bytes/auth-tokens.ts';
import { join, utf16, zeros } from '../../../../../test/tools/smb-bytes/bytes.ts';
import * as rpc from '../../../../../test/tools/smb-bytes/rpc-fragments.ts';
import { DEFAULT_SMB_LIMITS } from '../limits.ts';
import { ByteBudget } from '../state/byte-budget.ts';
import type { Origin } from '../state/origin.ts';
import { type RpcCall, type RpcOutcome, RpcPipe } from './rpc-pipe.ts';

const ORIGIN: Origin = { side: 0, sequence: 1, index: 0, command: 11, idLow: 1, idHigh: 0, time: 0, packet: 1 };
const TASKS = '86d35949-83c9-4044-b424-db363231fd0c';

/** A pipe whose calls are gathered. */
function newPipe(name: string | undefined = 'svcctl') {
  const calls: [RpcCall, RpcOutcome][] = [];
  const notes: string[] = [];
  const pipe = new RpcPipe(
    name,
    {
      call: (call, outcome) => calls.push([call, outcome]),
      bound: (uuid, isAccepted) => notes.push(`${isAccepted ? 'bound' : 'refused'} ${uuid}`),
      logon: () => notes.push('logon'),
      limit: (limit) => notes.push(limit),
    },
    DEFAULT_SMB_LIMITS,
    new ByteBudget(DEFAULT_SMB_LIMITS.gatheredBytes),
  );
  const write = (bytes: Buffer, isWhole = true) => pipe.written(bytes, 0, bytes.length, isWhole, ORIGIN);
  const read = (bytes: Buffer, isWhole = true) => pipe.read(bytes, 0, bytes.length, isWhole);
  return { pipe, calls, notes, write, read };
}

describe.each([true, false])('little-endian: %s', (isLittle) => {
  const w = rpc.rpcWriter(isLittle);
  const create = join(
    zeros(20),
    rpc.ndrString('updater', w),
    w.u32(1),
    rpc.ndrString('Updater', w),
    w.u32(0xf01ff),
    w.u32(0x10),
    w.u32(2),
    w.u32(0),
    rpc.ndrString('C:\\Windows\\u.exe -k', w),
    zeros(16),
  );

  test('bind, call, answer', () => {
    const { calls, notes, write, read } = newPipe();
    write(rpc.bind(1, [rpc.SVCCTL, rpc.SRVSVC], w));
    read(rpc.bindAck(1, [0, 2], w));
    write(rpc.rpcRequest(2, 12, create, w));
    read(rpc.rpcResponse(2, zeros(24), w));
    expect(notes).toEqual([`bound ${rpc.SVCCTL}`, `refused ${rpc.SRVSVC}`]);
    expect(calls).toMatchObject([
      [
        {
          uuid: rpc.SVCCTL,
          opnum: 12,
          isGuessed: false,
          arguments: {
            'service.name': 'updater',
            'smb.service.image_path': 'C:\\Windows\\u.exe -k',
            'smb.service.start': 'auto',
          },
        },
        { kind: 'answered' },
      ],
    ]);
  });

  test('the same however fragments are cut and joined', () => {
    const requests = join(
      rpc.bind(1, [rpc.SVCCTL], w),
      rpc.rpcRequest(2, 12, create, w),
      rpc.rpcRequest(3, 19, zeros(28), w),
    );
    const answers = join(rpc.bindAck(1, [0], w), rpc.rpcResponse(2, zeros(24), w), rpc.rpcFault(3, 5, w));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1 }), (cuts) => {
        const { calls, write, read } = newPipe();
        for (const [bytes, take] of [
          [requests, write],
          [answers, read],
        ] as const) {
          for (let at = 0, i = 0; at < bytes.length; at += cuts[i++ % cuts.length]!)
            take(bytes.subarray(at, at + cuts[i % cuts.length]!));
        }
        expect(calls.map(([call, outcome]) => [call.opnum, outcome.kind])).toEqual([
          [12, 'answered'],
          [19, 'fault'],
        ]);
      }),
    );
  });
});

test('a call of which only the head was captured', () => {
  const { calls, pipe, write } = newPipe();
  write(rpc.bind(1, [rpc.SVCCTL]));
  write(rpc.rpcRequest(2, 12, zeros(400)).subarray(0, 60), false);
  write(rpc.rpcRequest(3, 19, zeros(28)));
  pipe.close();
  expect(calls.map(([call, outcome]) => [call.opnum, outcome.kind])).toEqual([
    [12, 'unanswered'],
    [19, 'unanswered'],
  ]);
});

test('without a bind the pipe tells the interface, where it has one', () => {
  const known = newPipe('srvsvc');
  known.write(rpc.rpcRequest(2, 15, zeros(4)));
  known.pipe.close();
  expect(known.calls[0]![0]).toMatchObject({ uuid: rpc.SRVSVC, isGuessed: true });
  const unknown = newPipe('lsass');
  unknown.write(rpc.rpcRequest(2, 15, zeros(4)));
  unknown.pipe.close();
  expect(unknown.calls[0]![0].uuid).toBeUndefined();
});

test('sealed arguments are not read, the operation is', () => {
  const { calls, notes, pipe, write } = newPipe();
  const auth = { type: 10, level: 6, token: ntlmNegotiate() };
  write(rpc.bind(1, [rpc.SVCCTL], rpc.rpcWriter(true), auth));
  const stub = join(zeros(20), rpc.ndrString('name'));
  write(
    rpc.fragment(
      { type: 0, callId: 2, auth: { ...auth, token: zeros(16) } },
      join(zeros(4), zeros(2), Buffer.from([16, 0]), stub),
    ),
  );
  pipe.close();
  expect(notes).toContain('logon');
  expect(calls[0]![0]).toMatchObject({ opnum: 16, authLevel: 6, authType: 10 });
  expect(calls[0]![0].arguments).toBeUndefined();
});

test('a task with its command', () => {
  const { calls, pipe, write } = newPipe('atsvc');
  const xml =
    '<Task><Actions><Exec><Command>cmd.exe</Command><Arguments>/c a &amp; b</Arguments></Exec></Actions></Task>';
  const w = rpc.rpcWriter(true);
  write(rpc.bind(1, [TASKS]));
  write(rpc.rpcRequest(2, 1, join(w.u32(1), rpc.ndrString('\\Updater'), rpc.ndrString(xml), zeros(20))));
  pipe.close();
  expect(calls[0]![0].arguments).toEqual({
    'smb.task.name': '\\Updater',
    'smb.task.command': 'cmd.exe',
    'smb.task.arguments': '/c a & b',
  });
});

test('a pipe that carries something else costs a look', () => {
  const { calls, pipe, write, read } = newPipe('product');
  for (let i = 0; i < 100; i++) {
    write(utf16('a product talks'));
    read(Buffer.alloc(500, 7));
  }
  pipe.close();
  expect(calls).toEqual([]);
});

test('contexts and calls without end stop at their limits', () => {
  const { calls, notes, write } = newPipe();
  write(
    rpc.bind(
      1,
      Array.from({ length: 100 }, () => rpc.SVCCTL),
    ),
  );
  for (let id = 2; id < 400; id++) write(rpc.rpcRequest(id, 19, zeros(4)));
  expect(notes).toContain('rpcContexts');
  expect(notes).toContain('rpcCalls');
  expect(calls.length).toBe(398 - DEFAULT_SMB_LIMITS.rpcCalls);
});

test('whatever the bytes are, nothing is thrown', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .uint8Array({ maxLength: 60 })
      .map((body) => Buffer.concat([Buffer.from([5, 0, 0, 3, 16, 0, 0, 0, 200, 0, 16, 0, 1, 0, 0, 0]), body])),
    fc.constantFrom(...[0, 2, 3, 11, 12].map((type) => rpc.fragment({ type, callId: 1 }, Buffer.alloc(20, 0xff)))),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.boolean(), fc.boolean())), (pieces) => {
      const { pipe, write, read } = newPipe();
      for (const [bytes, isRequest, isWhole] of pieces) (isRequest ? write : read)(Buffer.from(bytes), isWhole);
      pipe.close();
    }),
    { numRuns: 300 },
  );
});
