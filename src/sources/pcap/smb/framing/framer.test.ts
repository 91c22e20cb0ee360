import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Side } from '../../stream.ts';
import { DEFAULT_SMB_LIMITS } from '../limits.ts';
import type { Message } from '../message.ts';
import { ByteBudget } from '../state/byte-budget.ts';
import { Framer } from './framer.ts';
import type { FrameReader } from './frame-reader.ts';

const BUDGET = 1 << 20;

interface Seen {
  readonly magic: number;
  readonly id: number;
  readonly size: number;
  readonly offset: number;
  readonly index: number;
  readonly length: number;
}

class Reader implements FrameReader {
  readonly seen: Seen[] = [];
  readonly notes: string[] = [];
  want = 128;
  wanted(): number {
    return this.want;
  }
  message(message: Message): void {
    this.seen.push({
      magic: message.u8(0),
      id: message.u32(24),
      size: message.size,
      offset: message.frameOffset,
      index: message.index,
      length: message.length,
    });
  }
  control(_: Side, type: number, _bytes: Uint8Array, from: number, to: number): void {
    this.notes.push(`control ${type.toString(16)} ${to - from}`);
  }
  plausibility(): 'yes' {
    return 'yes';
  }
  lost(_: Side, size: number): void {
    this.notes.push(`lost ${size}`);
  }
  lostPlace(): void {
    this.notes.push('search');
  }
  searched(): void {}
  doubted(_: Side, count: number): void {
    this.notes.push(`doubted ${count}`);
  }
  brokenCompound(_: Side, isTooLong: boolean): void {
    this.notes.push(isTooLong ? 'compound too long' : 'broken compound');
  }
}

/** A message of SMB2 with an id and a body. */
function smb2(id: number, body: number, next = 0): Buffer {
  const bytes = Buffer.alloc(64 + body, 0x41);
  bytes.fill(0, 0, 64);
  bytes.write('\xfeSMB', 'latin1');
  bytes.writeUInt16LE(64, 4);
  bytes.writeUInt32LE(next, 20);
  bytes.writeUInt32LE(id, 24);
  return bytes;
}

function frame(...messages: readonly Buffer[]): Buffer {
  const body = Buffer.concat(messages);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

function framerOf(reader: Reader, isAtStart = true): Framer {
  return new Framer(0, reader, DEFAULT_SMB_LIMITS, new ByteBudget(BUDGET), isAtStart, false);
}

/** Three frames: a short one, a compound of three, one with a body of 5,000 bytes. */
const STREAM = Buffer.concat([
  frame(smb2(1, 9)),
  Buffer.from('85000000', 'hex'),
  frame(smb2(2, 8, 72), smb2(3, 16, 80), smb2(4, 40)),
  frame(smb2(5, 5000)),
]);
const IDS = [1, 2, 3, 4, 5];

describe('frames', () => {
  test('in one piece, with sizes, offsets and places in the compound', () => {
    const reader = new Reader();
    framerOf(reader).data(STREAM, 0, STREAM.length);
    expect(reader.seen.map(({ id, size, index, offset }) => [id, size, index, offset])).toEqual([
      [1, 73, 0, 0],
      [2, 72, 0, 81],
      [3, 80, 1, 81],
      [4, 104, 2, 81],
      [5, 5064, 0, 341],
    ]);
    expect(reader.notes).toEqual(['control 85 0']);
  });

  test('are the same however the stream is cut', () => {
    const whole = new Reader();
    framerOf(whole).data(STREAM, 0, STREAM.length);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        fc.integer({ min: 64, max: 4000 }),
        (cuts, want) => {
          const reader = new Reader();
          reader.want = want;
          const framer = framerOf(reader);
          for (let at = 0, i = 0; at < STREAM.length; i++) {
            const next = Math.min(at + cuts[i % cuts.length]!, STREAM.length);
            framer.data(STREAM, at, next);
            at = next;
          }
          framer.end();
          expect(reader.seen.map((one) => ({ ...one, length: 0 }))).toEqual(
            whole.seen.map((one) => ({ ...one, length: 0 })),
          );
        },
      ),
    );
  });

  test('a hole in a body costs nothing', () => {
    const reader = new Reader();
    const framer = framerOf(reader);
    const next = frame(smb2(6, 3));
    framer.data(STREAM, 0, 341 + 4 + 200);
    framer.gap(3000);
    framer.data(STREAM, 341 + 4 + 3200, STREAM.length);
    framer.data(next, 0, next.length);
    expect(reader.seen.map(({ id }) => id)).toEqual([...IDS, 6]);
    expect(reader.notes).toEqual(['control 85 0', 'lost 3000']);
  });

  test('a hole behind 48 bytes of a header leaves the message readable', () => {
    const reader = new Reader();
    const framer = framerOf(reader);
    framer.data(STREAM, 0, 4 + 48);
    framer.gap(73 - 48);
    framer.data(STREAM, 77, STREAM.length);
    expect(reader.seen.map(({ id }) => id)).toEqual(IDS);
    expect(reader.seen[0]).toMatchObject({ length: 48, size: 73 });
  });

  test('a hole over a frame boundary: the next frame is found and waits for a second one', () => {
    const reader = new Reader();
    const framer = framerOf(reader);
    framer.data(STREAM, 0, 30);
    framer.gap(81 - 30);
    framer.data(STREAM, 81, 341);
    expect(reader.notes).toEqual(['lost 47', 'search']);
    expect(reader.seen).toEqual([]);
    framer.data(STREAM, 341, STREAM.length);
    expect(reader.seen.map(({ id }) => id)).toEqual([2, 3, 4, 5]);
  });

  test('a frame that nothing follows is counted and not believed', () => {
    const reader = new Reader();
    const framer = framerOf(reader, false);
    const false1 = Buffer.concat([Buffer.alloc(50, 0x41), frame(smb2(9, 600)).subarray(0, 300)]);
    framer.data(false1, 0, false1.length);
    framer.gap(100_000);
    framer.end();
    expect(reader.seen).toEqual([]);
    expect(reader.notes).toContain('doubted 1');
  });

  test('a frame found is believed when its end is where the stream ends', () => {
    const reader = new Reader();
    const framer = framerOf(reader, false);
    const bytes = Buffer.concat([Buffer.alloc(50, 0x41), frame(smb2(9, 600))]);
    framer.data(bytes, 0, bytes.length);
    framer.end();
    expect(reader.seen.map(({ id }) => id)).toEqual([9]);
  });

  test('without memory for a long message its head is read all the same', () => {
    const reader = new Reader();
    reader.want = 4000;
    const framer = new Framer(0, reader, DEFAULT_SMB_LIMITS, new ByteBudget(100), true, false);
    for (let at = 0; at < STREAM.length; at += 50) framer.data(STREAM, at, Math.min(at + 50, STREAM.length));
    expect(reader.seen.map(({ id }) => id)).toEqual(IDS);
    expect(reader.seen.at(-1)).toMatchObject({ length: 1024, size: 5064 });
  });

  test('memory for long messages is given back', () => {
    const reader = new Reader();
    reader.want = 4000;
    const budget = new ByteBudget(4000);
    for (let i = 0; i < 10; i++) {
      const framer = new Framer(0, reader, DEFAULT_SMB_LIMITS, budget, true, false);
      for (let at = 0; at < STREAM.length - 4000; at += 50) framer.data(STREAM, at, at + 50);
      framer.end();
    }
    expect(budget.take(4000)).toBe(true);
  });

  test('offsets that lead nowhere end a compound', () => {
    const reader = new Reader();
    const bytes = Buffer.concat([frame(smb2(1, 8, 7), smb2(2, 8)), frame(smb2(3, 8))]);
    framerOf(reader).data(bytes, 0, bytes.length);
    expect(reader.seen.map(({ id }) => id)).toEqual([1, 3]);
    expect(reader.notes).toEqual(['broken compound']);
  });

  test('a compound without end stops at its limit', () => {
    const reader = new Reader();
    const bytes = frame(...Array.from({ length: 1500 }, (_, i) => smb2(i, 8, i < 1499 ? 72 : 0)));
    framerOf(reader).data(bytes, 0, bytes.length);
    expect(reader.seen).toHaveLength(1024);
    expect(reader.notes).toEqual(['compound too long']);
  });
});

test('whatever the bytes, holes and cuts are, it goes on and ends', () => {
  const piece = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.constant(new Uint8Array(frame(smb2(1, 20)))),
    fc.constant(new Uint8Array(frame(smb2(1, 8, 72), smb2(2, 8)).subarray(0, 90))),
    fc.constant(new Uint8Array(Buffer.from('00000100fe534d42', 'hex'))),
    fc.constant(new Uint8Array(Buffer.from('81000044', 'hex'))),
    fc.integer({ min: 1, max: 100_000 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, isAtStart) => {
      const reader = new Reader();
      const framer = framerOf(reader, isAtStart);
      for (const one of pieces) {
        if (typeof one === 'number') framer.gap(one);
        else framer.data(one, 0, one.length);
      }
      framer.end();
      expect(reader.seen.every(({ length, size }) => length <= size)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
