import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAll } from '../../../../test/conformance/sources.ts';
import { Conversation, pcapFile, type Recorded, recorded, START, tcp } from '../../../../test/tools/packets.ts';
import { StreamRecorder } from '../../../../test/tools/stream-recorder.ts';
import type { Source } from '../../source.ts';
import { CaptureParser } from '../capture-parser.ts';
import type { CaptureLimits } from '../limits.ts';
import { pcapSource } from '../pcap.ts';

const CLIENT = { ip: '10.1.2.30', port: 50_212 };
const SERVER = { ip: '10.1.9.20', port: 445 };

function read(packets: readonly Buffer[] | readonly Recorded[], limits?: Partial<CaptureLimits>, learnt?: object) {
  const recorder = new StreamRecorder(learnt as never);
  const source: Source = {
    ...pcapSource([]),
    open: (context) => new CaptureParser(context, { protocols: [recorder], datagrams: [] }),
  };
  const list =
    packets.length > 0 && Buffer.isBuffer(packets[0]) ? recorded(packets as Buffer[]) : (packets as Recorded[]);
  const result = readAll(source, pcapFile(list), { settings: { limits: limits as Record<string, number> } });
  return { ...result, streams: recorder.streams, sides: recorder.streams.map(({ sides }) => sides) };
}

/** A segment of the client whose first payload byte is `at` bytes into the stream. */
const part = (at: number, payload: string, first = 1000) =>
  tcp({ from: CLIENT, to: SERVER, seq: first + 1 + at, ack: 5001, flags: 'PA', payload });
const ackOf = (at: number, first = 1000) =>
  tcp({ from: SERVER, to: CLIENT, seq: 5001, ack: first + 1 + at, flags: 'A' });
const open = (first = 1000) => new Conversation(CLIENT, SERVER, [first, 5000]).handshake().packets;

describe('segments are put in order', () => {
  test.each<[string, Buffer[], string]>([
    ['in order', [part(0, 'abc'), part(3, 'def')], 'abcdef'],
    ['swapped', [part(3, 'def'), part(0, 'abc')], 'abcdef'],
    ['three, the last first', [part(6, 'ghi'), part(3, 'def'), part(0, 'abc')], 'abcdefghi'],
    ['sent again', [part(0, 'abc'), part(0, 'abc'), part(3, 'def')], 'abcdef'],
    ['sent again, longer', [part(0, 'abc'), part(0, 'abcdef')], 'abcdef'],
    ['sent again from the middle', [part(0, 'abc'), part(2, 'cdef')], 'abcdef'],
    ['a waiting piece is sent again within a longer one', [part(3, 'de'), part(2, 'cdef'), part(0, 'ab')], 'abcdef'],
    ['a filler that reaches over what waits', [part(3, 'd'), part(5, 'f'), part(0, 'abcdefg')], 'abcdefg'],
    ['a keep-alive of one byte before', [part(0, 'abc'), part(2, 'c'), part(3, 'def')], 'abcdef'],
    ['a hole at the end of the capture', [part(0, 'abc'), part(5, 'fg')], 'abc<2>fg'],
    ['two holes', [part(2, 'c'), part(5, 'fg')], '<2>c<2>fg'],
  ])('%s', (_name, packets, expected) => {
    expect(read([...open(), ...packets]).sides).toEqual([[expected, '']]);
  });

  test('numbers that wrap', () => {
    const first = 0xfffffffe;
    const packets = [...open(first), part(2, 'cd', first), part(0, 'ab', first), part(4, 'ef', first)];
    const { sides, streams } = read(packets);
    expect(sides).toEqual([['abcdef', '']]);
    expect(streams[0]!.connection.rawSequence(0, 0)).toBe(0xffffffff);
    expect(streams[0]!.connection.rawSequence(0, 3)).toBe(2);
  });

  test('data in a SYN begins behind it', () => {
    const syn = tcp({ from: CLIENT, to: SERVER, seq: 1000, flags: 'S', payload: 'abc' });
    expect(read([syn, part(3, 'def')]).sides).toEqual([['abcdef', '']]);
  });

  test('however a stream is cut, shuffled within bounds, repeated and overlapped, it arrives once and whole', () => {
    const text = Array.from({ length: 400 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
    const pieces = fc.array(fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 60 }), fc.nat()), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 97 }), fc.integer(), (extra, size, seed) => {
        const parts: { at: number; text: string; key: number }[] = [];
        for (let at = 0; at < text.length; at += size) {
          parts.push({ at, text: text.slice(at, at + size), key: (at * 7919 + seed) % 1013 });
        }
        for (const [at, length, key] of extra) parts.push({ at, text: text.slice(at, at + length), key: key % 1013 });
        parts.sort((x, y) => x.key - y.key);
        const { sides, faultCount, events } = read([...open(), ...parts.map((one) => part(one.at, one.text))]);
        expect(sides).toEqual([[text, '']]);
        expect(faultCount).toBe(0);
        expect(events[0]?.document).toMatchObject({ smb: { flow: { bytes: { client: text.length } } } });
      }),
      { numRuns: 60 },
    );
  });
});

describe('copies that differ', () => {
  test.each<[string, Buffer[], string, number]>([
    ['both wait', [part(3, 'def'), part(3, 'dXf'), part(0, 'abc')], 'abcdef', 1],
    ['the filler says otherwise', [part(3, 'def'), part(0, 'abcXXf')], 'abcdef', 2],
  ])('%s: the first counts, and it is told', (_name, packets, expected, differing) => {
    const { sides, faults } = read([...open(), ...packets]);
    expect(sides).toEqual([[expected, '']]);
    expect(faults[0]).toMatchObject({ code: 'pcap.overlap' });
    expect(faults[0]?.samples[0]?.message).toContain(`${differing} bytes sent twice by 10.1.2.30 port 50212 differ`);
  });
});

/** Counters of a flow. */
const facts = (packets: Recorded[]) => {
  const { document } = read(packets).events[0]!;
  return { source: document['source'], destination: document['destination'] };
};

/** A packet recorded so many milliseconds after the start. */
const at = (time: number, bytes: Buffer) => ({ ...recorded([bytes])[0]!, time: START + time });

/** What the client's stream became, and what was said of it. */
const state = (packets: readonly Buffer[] | readonly Recorded[], limits?: Partial<CaptureLimits>) => {
  const { streams, faults } = read(packets, limits);
  return { text: streams[0]!.sides[0], faults: faults.map(({ samples }) => samples[0]!.message) };
};

describe('a hole is given up', () => {
  const more = (count: number) => Array.from({ length: count }, (_, index) => part(6 + index, 'z'));
  const late = part(3, 'def');

  test('16 packets after it was acknowledged', () => {
    const before = [...open(), part(0, 'abc'), part(6, 'z'), ackOf(7)];
    expect(state([...before, ...more(12), late]).text).toMatch(/^abcdefz/);
    expect(state([...before, ...more(17), late]).text).toMatch(/^abc<3>z/);
  });

  test('not before, when nobody acknowledged', () => {
    expect(state([...open(), part(0, 'abc'), ...more(40), late]).text).toMatch(/^abcdefz/);
  });

  test('after two seconds when nobody is there to acknowledge', () => {
    const syn = tcp({ from: CLIENT, to: SERVER, seq: 1000, flags: 'S' });
    const packets = [at(0, syn), at(1, part(0, 'abc')), at(2, part(6, 'z'))];
    expect(state([...packets, at(1500, part(7, 'z')), at(1600, late)]).text).toBe('abcdefzz');
    expect(state([...packets, at(2500, part(7, 'z')), at(2600, late)]).text).toBe('abc<3>zz');
  });

  test('when too much waits, and that is said', () => {
    const packets = [...open(), part(0, 'abc'), ...more(20), late];
    expect(state(packets, { 'capture-reorder-pieces': 10 })).toEqual({
      text: `abc<3>${'z'.repeat(20)}`,
      faults: ['limit capture-reorder-pieces (10) reached: holes in streams are given up early'],
    });
    expect(state(packets, { 'capture-reorder-bytes': 1000 }).faults[0]).toContain('capture-reorder-bytes (1000)');
    expect(state(packets, { 'capture-reorder-total-bytes': 1000 }).faults[0]).toContain(
      'capture-reorder-total-bytes (1000)',
    );
  });

  test('at once where the snap length cut the bytes', () => {
    const packets = recorded([...open(), part(0, 'abcdef'), part(6, 'ghi')]);
    const cut = packets.map((packet) => ({ ...packet, snapped: 57 }));
    const { sides, events } = read(cut);
    expect(sides).toEqual([['abc<3>ghi', '']]);
    expect(events[0]?.document).toMatchObject({
      smb: { truncated: true, flow: { bytes: { client: 9 }, missing: { client: 3 } } },
    });
  });

  test('when the next numbers are elsewhere, and stay there', () => {
    const far = Array.from({ length: 20 }, (_, index) => part(0x50000000 + index, 'f'));
    const { sides, events } = read([...open(), part(0, 'abc'), ...far]);
    expect(sides[0]![0]).toBe(`abc<${0x50000000 + 15 - 3}>fffff`);
    expect(events[0]?.document).toMatchObject({ smb: { flow: { bytes: { client: 8 } } } });
  });
});

/** A segment far from the numbers of the connection. */
const forge = (flags: string) => tcp({ from: CLIENT, to: SERVER, seq: 0x60000000, ack: 1, flags });

describe('beginning and end', () => {
  test('both FINs end a connection whose bytes are all there', () => {
    const { streams } = read(new Conversation(CLIENT, SERVER).handshake().say(0, 'abc').close().packets);
    expect(streams[0]?.ended).toBe('fin');
  });

  test('a FIN before the last bytes does not', () => {
    const talk = new Conversation(CLIENT, SERVER).handshake().say(0, 'abc').say(0, 'def').close().packets;
    const [a, b, c, d, last, fin, ...others] = talk;
    const { streams } = read([a!, b!, c!, d!, fin!, last!, ...others]);
    expect(streams[0]).toMatchObject({ sides: ['abcdef', ''], ended: 'fin' });
  });

  test('bytes behind a reset still belong to the connection', () => {
    const reset = tcp({ from: SERVER, to: CLIENT, seq: 5001, flags: 'R' });
    const { streams } = read([...open(), reset, part(0, 'abc')]);
    expect(streams[0]).toMatchObject({ sides: ['abc', ''], ended: 'capture-end' });
  });

  test('a new SYN on the ends of a closed connection begins another', () => {
    const first = new Conversation(CLIENT, SERVER).handshake().say(0, 'abc').close().packets;
    const second = new Conversation(CLIENT, SERVER, [90_000, 70_000]).handshake().say(0, 'xyz').packets;
    const { sides, events } = read([...first, ...second]);
    expect(sides).toEqual([
      ['abc', ''],
      ['xyz', ''],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  test.each([
    ['near', 1500],
    ['far', 0x60000000],
  ])('a forged SYN does not: %s', (_name, seq) => {
    const forged = tcp({ from: CLIENT, to: SERVER, seq, flags: 'S' });
    const plain = read([...open(), part(0, 'abc'), part(3, 'def')]);
    const { sides, events } = read([...open(), part(0, 'abc'), forged, part(3, 'def')]);
    expect(sides).toEqual([['abcdef', '']]);
    expect(events.map(({ id }) => id)).toEqual(plain.events.map(({ id }) => id));
  });

  test('nor do a forged reset and a forged FIN, a SYN behind them included', () => {
    const packets = [...open(), part(0, 'abc'), forge('R'), forge('FA'), forge('S'), part(3, 'def')];
    const { sides, events } = read(packets);
    expect(sides).toEqual([['abcdef', '']]);
    expect(events[0]?.document).toMatchObject({ smb: { flow: { end: 'capture-end' } } });
  });

  test.each<[string, boolean, [string, string]]>([
    ['answered', false, ['', 'xyz']],
    ['of one direction', true, ['xyz', '']],
  ])('a SYN on an open connection does when it is believed: %s', (_name, isOneSided, expected) => {
    const first = new Conversation(CLIENT, SERVER).handshake().say(0, 'abc').packets;
    const second = new Conversation(CLIENT, SERVER, [0x70000000, 0x71000000]).handshake().say(0, 'xyz').packets;
    const packets = [...first, ...second].filter((packet) => !isOneSided || packet.readUInt16BE(20) === CLIENT.port);
    expect(read(packets).sides).toEqual([['abc', ''], expected]);
  });

  test('an hour of silence does', () => {
    const packets = recorded([...open(), part(0, 'abc')]);
    const late = { ...recorded([part(3, 'def')])[0]!, time: START + 3_700_000 };
    const { streams } = read([...packets, late]);
    expect(streams.map(({ ended }) => ended)).toEqual(['idle', 'capture-end']);
  });

  test('one packet with an absurd time does not', () => {
    const packets = recorded([...open(), part(0, 'abc'), part(3, 'def')]);
    packets[3] = { ...packets[3]!, time: START + 9e11 };
    expect(read(packets).sides).toEqual([['abcdef', '']]);
  });

  test('a capture that begins in the middle begins where the peer said', () => {
    const { sides, events } = read([ackOf(0), part(3, 'def'), part(0, 'abc')]);
    expect(sides).toEqual([['', 'abcdef']]);
    expect(events[0]?.document).toMatchObject({
      source: CLIENT,
      smb: { flow: { from_middle: true, client_by: 'port', outcome: 'established' } },
    });
  });

  test('a packet recorded twice counts once', () => {
    const once = recorded([...open(), part(0, 'abc')]);
    const twice = once.flatMap((packet) => [packet, { ...packet, time: packet.time + 0.1 }]);
    expect(facts(twice)).toEqual(facts(once));
  });
});

describe('who gets a connection', () => {
  const web = { ip: '10.1.9.9', port: 8445 };
  const learnt = { network: { protocol: 'smb' } };

  test('on a foreign port, the protocol its first bytes look like', () => {
    const talk = new Conversation(CLIENT, web).handshake().say(0, 'SMB hello').say(0, 'more').close();
    const { sides, events } = read(talk.packets, undefined, learnt);
    expect(sides).toEqual([['SMB hellomore', '']]);
    expect(events[0]?.document).toMatchObject({ smb: { flow: { evidence: 'protocol', spoken: true } } });
  });

  test('bytes that come later in a foreign connection are not looked at', () => {
    const talk = new Conversation(CLIENT, web).handshake().say(0, 'GET /').say(1, 'HTTP').say(1, 'SMB inside').close();
    expect(read(talk.packets).streams).toEqual([]);
  });

  test('without the beginning, the first three segments of each side are', () => {
    const talk = new Conversation(CLIENT, web)
      .say(0, 'a')
      .say(1, 'b')
      .say(0, 'c')
      .say(1, 'd')
      .say(0, 'SMB')
      .say(1, 'e');
    expect(read(talk.packets).sides).toEqual([['SMB', 'e']]);
  });

  test('what the consumer does not want is counted all the same', () => {
    const recorder = new StreamRecorder();
    const start = recorder.start();
    const talk = new Conversation(CLIENT, SERVER).handshake().say(0, 'abc').say(0, 'def');
    const source: Source = {
      ...pcapSource([]),
      open: (context) =>
        new CaptureParser(context, {
          protocols: [
            {
              ports: [445],
              matches: () => false,
              start: () => ({
                open: (connection) => {
                  const stream = start.open(connection) as (typeof recorder.streams)[number];
                  stream.isInterested = false;
                  return stream;
                },
              }),
            },
          ],
          datagrams: [],
        }),
    };
    const { events } = readAll(source, pcapFile(recorded(talk.packets)));
    expect(recorder.streams[0]?.sides).toEqual(['', '']);
    expect(events[0]?.document).toMatchObject({ smb: { flow: { bytes: { client: 6, server: 0 } } } });
  });
});
