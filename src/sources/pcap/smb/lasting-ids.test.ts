/** Events of the same traffic have the same ids where a hundredth of its packets was lost. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readAll, seededRandom } from '../../../../test/conformance/sources.ts';
import { readCapture } from '../../../../test/tools/read-capture.ts';
import * as m from '../../../../test/tools/smb-bytes/smb2-messages.ts';
import { Scene } from '../../../../test/tools/smb-bytes/scene.ts';
import { pcapSource } from '../pcap.ts';
import { evidencePath } from '../../../../test/tools/evidence-folder.ts';

const LAB = evidencePath('pcap/lab');
const hasData = existsSync(LAB);
/** A packet without payload is no longer. */
const BARE_PACKET_BYTES = 80;

/** A capture in little-endian pcap without some of the packets that carry data. */
function without(bytes: Buffer, random: () => number): Buffer {
  const kept = [bytes.subarray(0, 24)];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 8);
    const isLost = size > BARE_PACKET_BYTES && random() < 0.01;
    if (!isLost) kept.push(bytes.subarray(at, at + 16 + size));
    at += 16 + size;
  }
  return Buffer.concat(kept);
}

const idsOf = (bytes: Buffer) => readAll(pcapSource([]), bytes).events.map(({ id }) => id);

test.skipIf(!hasData).each(['dialect_SMB2_10', 'dialect_NT1'])(
  '%s.drop1: every event is one of the whole capture',
  (name) => {
    const whole = readCapture(`${LAB}/${name}.pcap`).ids;
    const damaged = readCapture(`${LAB}/variants/${name}.drop1.pcap`).ids;
    expect(damaged.length).toBeGreaterThan(whole.length * 0.8);
    expect(damaged.filter((id) => !whole.includes(id))).toEqual([]);
  },
);

test.skipIf(!hasData)('with other losses in all captures, 99 of 100', () => {
  let events = 0;
  let changed = 0;
  for (const file of readdirSync(LAB).filter((name) => name.endsWith('.pcap'))) {
    const bytes = readFileSync(`${LAB}/${file}`);
    const whole = new Set(idsOf(bytes));
    for (const seed of [1, 2, 3]) {
      const ids = idsOf(without(bytes, seededRandom(seed)));
      events += ids.length;
      changed += ids.filter((id) => !whole.has(id)).length;
    }
  }
  expect(events).toBeGreaterThan(2000);
  expect(changed / events).toBeLessThan(0.01);
});

test('a number that a server gives again is another open', () => {
  const scene = new Scene();
  const visit = scene.visit();
  const { connection } = visit;
  const tree = visit.share('Data');
  for (const id of [50, 60]) {
    const header = (more = 0) => ({ id: id + more, session: 50_001, tree });
    connection
      .client(m.createRequest(header(), `file${id}.txt`))
      .server(m.createResponse(header(), 7))
      .client(m.closeRequest(header(1), 7))
      .server(m.closeResponse(header(1)));
  }
  scene.end();
  const ids = scene.talk.ids.filter((id) => id.startsWith('smb.file'));
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(2);
});
