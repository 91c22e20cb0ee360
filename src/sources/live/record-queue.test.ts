import { expect, test } from 'vitest';
import { RecordQueue } from './record-queue.ts';

/** A pcap of packets of these lengths, each filled with its number. */
function pcapOf(lengths: readonly number[], isLittle = true): Buffer {
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    if (isLittle) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const header = Buffer.concat([u32(0xa1b2c3d4), Buffer.alloc(20)]);
  const records = lengths.map((length, i) =>
    Buffer.concat([u32(1), u32(0), u32(length), u32(length), Buffer.alloc(length, i + 1)]),
  );
  return Buffer.concat([header, ...records]);
}

function taken(queue: RecordQueue): Buffer {
  const chunks: Buffer[] = [];
  for (let chunk = queue.take(); chunk; chunk = queue.take()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each([
  ['little', true],
  ['big', false],
])('%s-endian bytes come out as they came in, whatever the pieces', (_order, isLittle) => {
  const whole = pcapOf([5, 0, 100, 1], isLittle);
  for (let size = 1; size <= whole.length; size++) {
    const queue = new RecordQueue();
    for (let at = 0; at < whole.length; at += size) expect(queue.push(whole.subarray(at, at + size))).toBe(true);
    expect(taken(queue)).toEqual(whole);
    expect([queue.size, queue.droppedPackets]).toEqual([0, 0]);
  }
});

test('a full queue drops whole packets, and what is left is a valid capture', () => {
  const queue = new RecordQueue(24 + 2 * (16 + 10));
  queue.push(pcapOf([10, 10, 10, 10]));
  expect(taken(queue)).toEqual(pcapOf([10, 10]));
  expect([queue.droppedPackets, queue.droppedBytes]).toEqual([2, 52]);
  queue.push(pcapOf([10]).subarray(24));
  expect(taken(queue)).toHaveLength(26);
});

test('what is no pcap is said to be none', () => {
  expect(new RecordQueue().push(Buffer.from('tcpdump: something went quite wrong'))).toBe(false);
});

test('a packet of an impossible length ends the stream', () => {
  const wrong = pcapOf([4]);
  wrong.writeUInt32LE(0xffffffff, 24 + 8);
  expect(new RecordQueue().push(wrong)).toBe(false);
});
