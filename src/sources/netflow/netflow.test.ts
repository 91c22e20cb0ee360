import { describe, expect, test } from 'vitest';
import { readAll, seededRandom, sourceConformance } from '../../../test/conformance/sources.ts';
import {
  fieldList,
  ipfix,
  pack,
  set,
  template,
  type TemplateField,
  v4,
  v5,
  type V5Record,
  v9,
} from '../../../test/tools/netflow.ts';
import { ethernet, pcapFile, START, udp } from '../../../test/tools/packets.ts';
import type { Document } from '../../event/document.ts';
import { pcapSource } from '../pcap/pcap.ts';
import { netflow } from './netflow.ts';

const source = pcapSource([netflow]);
const EXPORTER = { ip: '10.0.0.1', port: 40_000 };
const COLLECTOR = { ip: '10.0.0.2', port: 2055 };
/** 2025-10-24T10:01:40Z; the exporter started ten minutes before. */
const EXPORTED = Date.UTC(2025, 9, 24, 10, 1, 40) / 1000;
const HEADER = { uptime: 600_000, seconds: EXPORTED };

const capture = (datagrams: readonly Buffer[], ms = 1) =>
  pcapFile(
    datagrams.map((bytes, index) => ({ time: START + index * ms, bytes: ethernet(udp(EXPORTER, COLLECTOR, bytes)) })),
  );

interface Told extends Document {
  readonly event: Document;
  readonly source: Document;
  readonly destination: Document;
  readonly client: Document;
  readonly server: Document;
  readonly netflow: Document;
  readonly smb: { readonly flow: Document };
}

function read(datagrams: readonly Buffer[], ms = 1) {
  const result = readAll(source, capture(datagrams, ms));
  return { ...result, documents: result.events.map(({ document }) => document as Told) };
}

const ASK: V5Record = {
  source: '10.5.5.5',
  sourcePort: 50_123,
  destination: '8.8.4.4',
  destinationPort: 445,
  flags: 0x02,
  packets: 3,
  octets: 180,
  first: 540_000,
  last: 547_000,
};
const ANSWER: V5Record = {
  source: '8.8.4.4',
  sourcePort: 445,
  destination: '10.5.5.5',
  destinationPort: 50_123,
  flags: 0x14,
  packets: 3,
  octets: 120,
  first: 540_001,
  last: 547_001,
};

sourceConformance(source, [
  { name: 'v5', bytes: capture([v5([ASK, ANSWER], HEADER)]), events: 1 },
  {
    name: 'v9 with its template',
    bytes: capture([v9([set(0, template(256, fieldsOfAsk())), askData()], HEADER)]),
    events: 1,
  },
]);

const until = (last: number) =>
  v5([{ ...ASK, first: 100, last }], { uptime: last + 100, seconds: EXPORTED + last / 1000 });

describe('halves of a connection', () => {
  test('the half of the client alone is an attempt', () => {
    const [told] = read([v5([ASK], HEADER)]).documents;
    expect(told).toMatchObject({
      '@timestamp': '2025-10-24T10:00:47.000000Z',
      event: {
        kind: 'event',
        category: ['network'],
        dataset: 'netflow.log',
        start: '2025-10-24T10:00:40.000000Z',
        end: '2025-10-24T10:00:47.000000Z',
        duration: 7e9,
      },
      source: { ip: '10.5.5.5', port: 50_123, bytes: 180, packets: 3 },
      client: { ip: '10.5.5.5' },
      server: { ip: '8.8.4.4', port: 445 },
      network: { transport: 'tcp', community_id: '1:0DZWLGpCj6BtiBEEs+TCAnl8+j4=' },
      observer: { ip: EXPORTER.ip },
      smb: { flow: { outcome: 'attempted', direction: 'egress', tcp_flags: { client: ['syn'] } } },
      netflow: { version: 5, records: 1 },
    });
    expect(told?.destination).not.toHaveProperty('bytes');
  });

  test('the half of the server alone has the same client, and its reset refuses', () => {
    const [told] = read([v5([ANSWER], HEADER)]).documents;
    expect(told).toMatchObject({
      source: { ip: '8.8.4.4', port: 445, bytes: 120 },
      client: { ip: '10.5.5.5' },
      server: { ip: '8.8.4.4', port: 445 },
      smb: { flow: { outcome: 'refused', refused_by: 'reset', reversed: true, bytes: { server: 0 } } },
    });
  });

  test.each([
    ['in one datagram', [v5([ASK, ANSWER], HEADER)]],
    ['the answer first', [v5([ANSWER, ASK], HEADER)]],
    ['in two datagrams', [v5([ANSWER], HEADER), v5([ASK], { ...HEADER, sequence: 1 })]],
  ])('both are one event: %s', (_name, datagrams) => {
    const { documents } = read(datagrams);
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({
      source: { ip: '10.5.5.5', bytes: 180 },
      destination: { ip: '8.8.4.4', bytes: 120 },
      smb: { flow: { outcome: 'refused', refused_by: 'reset' } },
      netflow: { records: 2 },
    });
  });

  test.each<[string, number, number, number, string]>([
    ['acknowledged by both', 0x1b, 0x1b, 5000, 'established'],
    ['64 KiB and more', 0x1b, 0x1b, 90_000, 'moved'],
    ['SYN and nothing else, answered by SYN with ACK', 0x02, 0x12, 60, 'attempted'],
    ['reset after an answer', 0x12, 0x16, 5000, 'established'],
  ])('%s', (_name, there, back, octets, outcome) => {
    const { documents } = read([
      v5(
        [
          { ...ASK, flags: there, octets },
          { ...ANSWER, flags: back, packets: 9 },
        ],
        HEADER,
      ),
    ]);
    expect(documents[0]?.smb.flow['outcome']).toBe(outcome);
  });

  test('parts of a long connection add up', () => {
    const parts = [0, 60_000, 120_000].map((late) => ({
      ...ASK,
      flags: 0x18,
      octets: 40_000,
      first: 300_000 + late,
      last: 359_000 + late,
    }));
    const { documents } = read([v5(parts, HEADER)]);
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({ source: { bytes: 120_000, packets: 9 }, smb: { flow: { outcome: 'moved' } } });
  });

  test('parts of a connection that begin together and come far apart are events of their own', () => {
    const { events } = read([until(1_000_000), until(2_000_000)], 1_000_000);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  test('connections of the same ends an hour apart are two', () => {
    const { documents } = read([
      v5([{ ...ASK, first: 100, last: 200 }], { uptime: 300, seconds: EXPORTED }),
      v5([{ ...ASK, first: 3_600_100, last: 3_600_200 }], { uptime: 3_600_300, seconds: EXPORTED + 3600, sequence: 1 }),
    ]);
    expect(documents).toHaveLength(2);
  });

  test('two high ports: the half that opened is that of the client', () => {
    const high = { sourcePort: 40_000, destinationPort: 50_000 };
    const records = [
      { ...ANSWER, sourcePort: 50_000, destinationPort: 40_000, flags: 0x1a, first: 1 },
      { ...ASK, ...high, flags: 0x02 },
    ];
    expect(read([v5(records, HEADER)]).documents[0]?.source).toMatchObject({ ip: '10.5.5.5', port: 40_000 });
  });

  test('a datagram recorded twice counts once', () => {
    const datagram = v5([ASK], HEADER);
    expect(read([datagram, datagram]).documents[0]?.source).toMatchObject({ bytes: 180 });
  });

  test('a half waits for the other two minutes', () => {
    const { documents } = read([v5([ASK], HEADER), v5([ANSWER], { ...HEADER, sequence: 1 })], 130_000);
    expect(documents).toHaveLength(2);
  });
});

describe('v5', () => {
  test('a flow from before the clock of the exporter wrapped', () => {
    const wrapped = { ...ASK, first: -10_000, last: -3000 };
    expect(read([v5([wrapped], { ...HEADER, uptime: 90_000 })]).documents[0]?.event).toMatchObject({
      start: '2025-10-24T10:00:00.000000Z',
    });
  });

  test('a datagram that states more than it holds', () => {
    const { documents, faults } = read([v5([ASK], { ...HEADER, count: 30 })]);
    expect(documents).toHaveLength(1);
    expect(faults[0]?.samples[0]).toMatchObject({ code: 'netflow.cut', offset: 24 });
  });

  test('sampled: what was not seen proves nothing', () => {
    const sampled = { ...HEADER, sampling: 0x4064 };
    expect(read([v5([ASK], sampled)]).documents[0]).toMatchObject({
      netflow: { sampling: 100 },
      smb: { flow: { outcome: 'unknown' } },
    });
    const both = [
      { ...ASK, flags: 0x18 },
      { ...ANSWER, flags: 0x18, packets: 9 },
    ];
    expect(read([v5(both, sampled)]).documents[0]?.smb.flow['outcome']).toBe('established');
  });

  test('records that were not received are counted', () => {
    const { skipped } = read([v5([ASK], { ...HEADER, sequence: 10 }), v5([ANSWER], { ...HEADER, sequence: 18 })]);
    expect(skipped).toEqual({ 'flow record that the exporter sent and that was not received': 7 });
  });
});

/** The fields of the record below. */
function fieldsOfAsk(): readonly TemplateField[] {
  return [
    [8, 4],
    [12, 4],
    [7, 2],
    [11, 2],
    [4, 1],
    [6, 1],
    [1, 4],
    [2, 2],
    [22, 4],
    [21, 4],
    [999, 3],
  ];
}

/** ASK, as a data set of template 256, and padding. */
function askData(id = 256): Buffer {
  const record = pack([
    [v4(ASK.source), 4],
    [v4(ASK.destination), 4],
    [ASK.sourcePort, 2],
    [445, 2],
    [6, 1],
    [0x02, 1],
    [180, 4],
    [3, 2],
    [ASK.first, 4],
    [ASK.last, 4],
    [0, 3],
  ]);
  return set(id, Buffer.concat([record, Buffer.alloc(3)]));
}

/** All of an event but how it came. */
function withoutVersion(told: Told): object {
  const { netflow: how, ...rest } = told;
  expect(how['version']).toBeGreaterThan(4);
  return rest;
}

describe('templates', () => {
  const known = read([v5([ASK], HEADER)]).documents[0]!;

  test.each<[string, Buffer[]]>([
    ['in the same datagram', [v9([set(0, template(256, fieldsOfAsk())), askData()], HEADER)]],
    ['counts of sets that lie', [v9([set(0, template(256, fieldsOfAsk())), askData()], { ...HEADER, count: 6 })]],
    [
      'in a datagram before',
      [v9([set(0, template(256, fieldsOfAsk()))], HEADER), v9([askData()], { ...HEADER, sequence: 1 })],
    ],
    [
      'in a datagram behind',
      [v9([askData()], HEADER), v9([set(0, template(256, fieldsOfAsk()))], { ...HEADER, sequence: 1 })],
    ],
    [
      'two in one set',
      [v9([set(0, Buffer.concat([template(300, [[1, 4]]), template(256, fieldsOfAsk())])), askData()], HEADER)],
    ],
    [
      'IPFIX',
      [
        ipfix([set(2, template(256, fieldsOfAsk())), set(3, startOptions()), startData(), askData()], {
          seconds: EXPORTED,
        }),
      ],
    ],
  ])('%s give the event of v5', (_name, datagrams) => {
    const { documents, faultCount } = read(datagrams);
    expect(documents.map(withoutVersion)).toEqual([withoutVersion(known)]);
    expect(faultCount).toBe(0);
  });

  test('belong to one exporter and domain', () => {
    const datagrams = [v9([set(0, template(256, fieldsOfAsk()))], HEADER), v9([askData()], { ...HEADER, source: 7 })];
    const { documents, skipped } = read(datagrams);
    expect(documents).toEqual([]);
    expect(skipped['byte of flow records whose template never came']).toBe(askData().length - 4);
  });

  test('data that waited five minutes is lost', () => {
    const late = [v9([askData()], HEADER), v9([set(0, template(256, fieldsOfAsk()))], { ...HEADER, sequence: 1 })];
    expect(read(late, 301_000).documents).toEqual([]);
  });

  test('are replaced, and withdrawn', () => {
    const other: TemplateField[] = [[12, 4], [8, 4], ...fieldsOfAsk().slice(2)];
    const replaced = [
      v9([set(0, template(256, other))], HEADER),
      v9([set(0, template(256, fieldsOfAsk())), askData()], { ...HEADER, sequence: 1 }),
    ];
    expect(read(replaced).documents[0]?.source['ip']).toBe(ASK.source);
    const withdrawn = ipfix(
      [
        set(2, template(256, fieldsOfAsk())),
        set(
          2,
          pack([
            [256, 2],
            [0, 2],
          ]),
        ),
        askData(),
      ],
      { seconds: EXPORTED },
    );
    expect(read([withdrawn]).documents).toEqual([]);
  });

  test('that are cut off are faults', () => {
    const cut = template(256, fieldsOfAsk()).subarray(0, -3);
    expect(read([v9([set(0, cut), askData()], HEADER)]).faults[0]?.samples[0]?.message).toContain(
      'template 256 of 11 fields',
    );
  });

  test('of no bytes are no endless records', () => {
    const { documents } = read([v9([set(0, template(256, [[1, 0]])), set(256, Buffer.alloc(900))], HEADER)]);
    expect(documents).toEqual([]);
  });
});

/** Options that tell when the exporter started. */
function startOptions(): Buffer {
  return Buffer.concat([
    pack([
      [512, 2],
      [2, 2],
      [1, 2],
    ]),
    fieldList([
      [149, 4],
      [160, 8],
    ]),
  ]);
}

function startData(): Buffer {
  return set(
    512,
    pack([
      [0, 4],
      [(EXPORTED - 600) * 1000, 8],
    ]),
  );
}

describe('IPFIX', () => {
  test('values of their own length, both directions in one record, times in milliseconds', () => {
    const fields: TemplateField[] = [
      [8, 4],
      [12, 4],
      [96, 65_535],
      [7, 2],
      [11, 2],
      [4, 1],
      [6, 2],
      [6, 2, 29_305],
      [1, 8],
      [1, 8, 29_305],
      [2, 4],
      [2, 4, 29_305],
      [152, 8],
      [153, 8],
      [136, 1],
      [5, 3, 9999],
    ];
    const record = Buffer.concat([
      pack([
        [v4(ASK.source), 4],
        [v4(ASK.destination), 4],
        [4, 1],
      ]),
      Buffer.from('CIFS'),
      pack([
        [50_123, 2],
        [445, 2],
        [6, 1],
        [0x1b, 2],
        [0x1b, 2],
        [70_000, 8],
        [900, 8],
        [50, 4],
        [9, 4],
      ]),
      pack([
        [EXPORTED * 1000 - 60_000, 8],
        [EXPORTED * 1000 - 53_000, 8],
        [3, 1],
        [1, 3],
      ]),
    ]);
    const { documents, faultCount } = read([
      ipfix([set(2, template(256, fields)), set(256, record)], { seconds: EXPORTED }),
    ]);
    expect(faultCount).toBe(0);
    expect(documents[0]).toMatchObject({
      event: {
        start: '2025-10-24T10:00:40.000000Z',
        duration: 7e9,
        reason: 'end of flow',
        type: ['connection', 'end'],
      },
      source: { ip: ASK.source, bytes: 70_000, packets: 50 },
      destination: { bytes: 900, packets: 9 },
      network: { application: 'cifs' },
      smb: { flow: { outcome: 'moved' } },
      netflow: { version: 10, records: 1 },
    });
  });

  test('times since an unknown start: the export stands in, and that is marked', () => {
    const { documents } = read([ipfix([set(2, template(256, fieldsOfAsk())), askData()], { seconds: EXPORTED })]);
    expect(documents[0]).toMatchObject({ '@timestamp': '2025-10-24T10:01:40.000000Z', netflow: { time: 'export' } });
  });

  test('a firewall that denied', () => {
    const fields: TemplateField[] = [...fieldsOfAsk(), [233, 1]];
    const record = Buffer.concat([askData().subarray(4, -3), Buffer.from([3])]);
    const { documents } = read([ipfix([set(2, template(256, fields)), set(256, record)], { seconds: EXPORTED })]);
    expect(documents[0]).toMatchObject({
      event: { type: ['connection', 'denied'], outcome: 'failure' },
      smb: { flow: { refused_by: 'policy' } },
    });
  });

  test('IPv6', () => {
    const fields: TemplateField[] = [
      [27, 16],
      [28, 16],
      [7, 2],
      [11, 2],
      [4, 1],
    ];
    const record = Buffer.concat([
      Buffer.from(`fd00${'00'.repeat(13)}30fd00${'00'.repeat(13)}20`, 'hex'),
      pack([
        [1, 2],
        [445, 2],
        [6, 1],
      ]),
    ]);
    const { documents } = read([ipfix([set(2, template(256, fields)), set(256, record)], { seconds: EXPORTED })]);
    expect(documents[0]).toMatchObject({
      source: { ip: 'fd00::30' },
      destination: { ip: 'fd00::20' },
      network: { type: 'ipv6' },
    });
  });

  test('a datagram that states more than it holds', () => {
    const datagram = ipfix([set(2, template(256, fieldsOfAsk())), askData()], { seconds: EXPORTED, length: 9000 });
    const { documents, faults } = read([datagram]);
    expect(documents).toHaveLength(1);
    expect(faults[0]?.code).toBe('netflow.cut');
  });
});

describe('hostile exports', () => {
  test('noise on the port is counted', () => {
    const { documents, skipped } = read([Buffer.from('hello there, exporter'), Buffer.from([0])]);
    expect(documents).toEqual([]);
    expect(skipped).toEqual({ 'datagram to port 2055 that is no netflow': 2 });
  });

  test('templates and data of random bytes are read without harm', () => {
    const random = seededRandom(11);
    const noise = (size: number) => Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)));
    for (let i = 0; i < 300; i++) {
      const sets = [
        set(random() < 0.5 ? 0 : 2, noise(80)),
        set(1, noise(40)),
        set(256 + Math.floor(random() * 3), noise(200)),
      ];
      read([v9(sets, HEADER), ipfix(sets, { seconds: EXPORTED }), v5([ASK], { ...HEADER, count: 65_535 })]);
    }
  });

  test('data without templates waits within a limit', () => {
    const datagrams = Array.from({ length: 900 }, (_, sequence) =>
      v9([set(400, Buffer.alloc(1300, sequence))], { ...HEADER, sequence }),
    );
    expect(read(datagrams).skipped['byte of flow records whose template never came']).toBe(900 * 1300);
  });
});
