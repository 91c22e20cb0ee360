/**
 * Captures with holes: segments of recorded conversations are dropped, and the messages found are compared with those that
 * can be found at all, which are those whose frame length and first 48 bytes of the header were not dropped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FaultLog } from '../../../base/fault.ts';
import { Networks } from '../../../event/networks.ts';
import { type FlatEvent, flat } from '../../../../test/tools/read-capture.ts';
import { ntlmAuthenticate } from '../../../../test/tools/smb-bytes/auth-tokens.ts';
import { frame } from '../../../../test/tools/smb-bytes/bytes.ts';
import * as m from '../../../../test/tools/smb-bytes/smb2-messages.ts';
import { SmbTalk } from '../../../../test/tools/smb-bytes/talk.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../source.ts';
import { CaptureParser } from '../capture-parser.ts';
import type { Side, StreamProtocol } from '../stream.ts';
import { enoughOf, MAGIC_TRANSFORM } from './framing/frame.ts';
import { evidencePath } from '../../../../test/tools/evidence-folder.ts';

const FOLDER = evidencePath('pcap');
const hasData = existsSync(FOLDER);
const note = hasData ? '' : ' (skipped: no captures here)';
const FILES = [
  'lab/rpc_named_pipes_rpcclient.pcap',
  'lab/rpc_admin_share_impacket_2.1.pcap',
  'lab/dialect_SMB2_10.pcap',
  'lab/rpc_admin_as_root_rpcclient_SMB311.pcap',
  'lab/guest_and_anonymous.pcap',
];

interface Segment {
  readonly side: Side;
  readonly bytes: Buffer;
}

/** Segments of every connection of a capture, in order. */
function conversationsOf(file: string): readonly (readonly Segment[])[] {
  const conversations: Segment[][] = [];
  const recorder: StreamProtocol = {
    ports: [445, 139],
    matches: () => false,
    start: () => ({
      open: () => {
        const segments: Segment[] = [];
        conversations.push(segments);
        return {
          data: (side, bytes, from, to) => segments.push({ side, bytes: Buffer.from(bytes.subarray(from, to)) }),
          gap: () => {},
          end: () => {},
          isInterested: true,
          summary: () => undefined,
        };
      },
    }),
  };
  const context = {
    file,
    faults: new FaultLog(),
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    skipped: () => {},
  };
  const parser = new CaptureParser(context, { protocols: [recorder], datagrams: [] });
  parser.push(readFileSync(`${FOLDER}/${file}`), () => {});
  parser.end(() => {});
  return conversations.filter((segments) => segments.length > 0);
}

/** Numbers that look random and are the same in every run, from 0 to 1. */
function seeded(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** Calls back for every message of a side whose frame length and head were not lost. */
function eachRecoverable(
  segments: readonly Segment[],
  side: Side,
  isLost: (segment: Segment) => boolean,
  visit: (message: Buffer) => void,
): void {
  const mine = segments.filter((segment) => segment.side === side);
  const stream = Buffer.concat(mine.map(({ bytes }) => bytes));
  const present = Buffer.concat(mine.map((segment) => Buffer.alloc(segment.bytes.length, isLost(segment) ? 0 : 1)));
  const isThere = (from: number, to: number) => !present.subarray(from, to).includes(0);
  for (let at = 0; at + 8 <= stream.length; ) {
    const length = stream.readUIntBE(at + 1, 3);
    if (stream[at] === 0 && length >= 52) {
      for (let message = at + 4; ; ) {
        const enough = enoughOf(stream[message]!);
        if (isThere(at, at + 4) && isThere(message, message + enough)) visit(stream.subarray(message));
        const next = stream[message] === 0xfe ? stream.readUInt32LE(message + 20) : 0;
        if (next === 0) break;
        message += next;
      }
    }
    at += 4 + length;
  }
}

/** Messages that can be found although some bytes are missing. */
function recoverable(segments: readonly Segment[], isLost: (segment: Segment) => boolean): number {
  let found = 0;
  for (const side of [0, 1] as const) eachRecoverable(segments, side, isLost, () => found++);
  return found;
}

/** What is found: the facts of the connection. */
function factsOf(segments: readonly Segment[], isLost: (segment: Segment) => boolean): FlatEvent {
  const talk = new SmbTalk({ wants: () => false });
  const connection = talk.connect();
  for (const segment of segments) {
    if (isLost(segment)) connection.gap(segment.side, segment.bytes.length);
    else connection.raw(segment.side, segment.bytes);
  }
  return flat(connection.end() ?? {});
}

function read(segments: readonly Segment[], isLost: (segment: Segment) => boolean): number {
  return Number(factsOf(segments, isLost)['smb.facts.messages'] ?? 0);
}

test.skipIf(!hasData).each([
  ['nothing', 0, 1],
  ['1 %', 0.01, 0.98],
  ['5 %', 0.05, 0.98],
])(
  `of what can be found with %s of the segments lost, nearly all is found and nothing else${note}`,
  (_, share, least) => {
    let [possible, found] = [0, 0];
    for (const file of FILES) {
      for (const segments of conversationsOf(file)) {
        for (let seed = 1; seed <= 5; seed++) {
          const random = seeded(seed);
          const lost = new Set(segments.filter(() => random() < share));
          const isLost = (segment: Segment) => lost.has(segment);
          const can = recoverable(segments, isLost);
          const did = read(segments, isLost);
          expect(did).toBeLessThanOrEqual(can);
          possible += can;
          found += did;
        }
      }
    }
    expect(found / possible).toBeGreaterThanOrEqual(least);
  },
);

const at = (id: number): m.Smb2Header => ({ id, session: 0x77_0000, tree: 5 });

/** A capture that is copied over SMB: the bodies of the writes are full of frames of somebody else's SMB. */
function copiedCapture(): readonly Segment[] {
  const inner = Buffer.concat(FILES.flatMap((file) => conversationsOf(file)[0]!.map(({ bytes }) => bytes)));
  const said: Segment[] = [];
  const say = (side: Side, message: Buffer): void => {
    const bytes = frame(message);
    for (let from = 0; from < bytes.length; from += 1460) said.push({ side, bytes: bytes.subarray(from, from + 1460) });
  };
  say(0, m.negotiateRequest({ id: 0 }, {}));
  say(1, m.negotiateResponse({ id: 0 }, {}));
  say(0, m.sessionSetupRequest({ id: 1 }, ntlmAuthenticate({ user: 'alice' })));
  say(1, m.sessionSetupResponse({ id: 1, session: 0x77_0000 }));
  say(0, m.treeRequest({ id: 2, session: 0x77_0000 }, '\\\\fs01\\data'));
  say(1, m.treeResponse(at(2), 1));
  say(0, m.createRequest(at(3), 'copied.pcap'));
  say(1, m.createResponse(at(3), 9, { action: 2 }));
  for (let id = 4; id < 304; id++) {
    const from = (id * 7919) % Math.max(inner.length - 30_000, 1);
    say(0, m.writeRequest(at(id), 9, inner.subarray(from, from + 30_000)));
    say(1, m.writeResponse(at(id), 30_000));
  }
  return said;
}

test.skipIf(!hasData)(`a capture that is copied over SMB is not taken for SMB of its own${note}`, () => {
  const segments = copiedCapture();
  let [possible, found] = [0, 0];
  for (let seed = 1; seed <= 5; seed++) {
    const random = seeded(seed);
    const lost = new Set(segments.filter(() => random() < 0.03));
    const isLost = (segment: Segment) => lost.has(segment);
    possible += recoverable(segments, isLost);
    found += read(segments, isLost);
  }
  expect(found / possible).toBeGreaterThanOrEqual(0.98);
  expect(found).toBeLessThanOrEqual(possible);
});

test.skipIf(!hasData).each(['lab/encrypted_SMB311.pcap', 'lab/rpc_admin_as_root_impacket_3.0.pcap'])(
  `%s: of an encrypted session with 5 %% of the segments lost, nearly all is found${note}`,
  (file) => {
    let [possible, found] = [0, 0];
    for (const segments of conversationsOf(file)) {
      for (let seed = 1; seed <= 20; seed++) {
        const random = seeded(seed);
        const lost = new Set(segments.filter(() => random() < 0.05));
        const isLost = (segment: Segment) => lost.has(segment);
        for (const side of [0, 1] as const) {
          eachRecoverable(segments, side, isLost, (message) => {
            if (message[0] === MAGIC_TRANSFORM) possible += message.readUInt32LE(36);
          });
        }
        const facts = factsOf(segments, isLost);
        found += Number(facts['smb.encryption.bytes.client'] ?? 0) + Number(facts['smb.encryption.bytes.server'] ?? 0);
      }
    }
    expect(found / possible).toBeGreaterThanOrEqual(0.98);
    expect(found).toBeLessThanOrEqual(possible);
  },
);
