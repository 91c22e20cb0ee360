import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../../../../test/tools/certificate.ts';
import { intakeInto } from '../../../../test/tools/memory-intake.ts';
import { memoryStore } from '../../../../test/tools/memory-store.ts';
import { v5 } from '../../../../test/tools/netflow.ts';
import type { Document } from '../../../event/document.ts';
import { ALL } from '../../../query/predicate.ts';
import { prepareDialects } from '../../../sources/json/record-reader.ts';
import { jsonDialects } from '../../../sources/registry.ts';
import type { Store } from '../../../store/store.ts';
import type { Intake } from '../intake.ts';
import { FlowReceiver } from './flow-receiver.ts';
import { SyslogReceiver } from './syslog-receiver.ts';
import { SyslogServer } from './syslog-server.ts';

const dialects = prepareDialects(jsonDialects);
const listen = { host: '127.0.0.1', port: 0 };
const failed = (error: Error) => {
  throw error;
};
let store: Store;
let intake: Intake;

beforeEach(async () => {
  store = await memoryStore();
  intake = intakeInto(store);
});

afterEach(async () => {
  await intake.stop();
  await store.close();
});

const TRAFFIC = (port: number) =>
  `<14>Oct 24 12:01:40 pa1 1,2025/10/24 12:01:40,007051000012345,TRAFFIC,end,2561,2025/10/24 12:01:39,10.3.1.9,8.8.4.4,198.51.100.7,8.8.4.4,"out, legacy",corp\\svc_scan,,ms-ds-smbv2,vsys1,trust,untrust,ethernet1/1,ethernet1/2,fwd,,71234,1,${port},445,20311,445,0x400053,tcp,allow,151200,148000,3200,142,2025/10/24 12:00:40,45,any,,7001,0x0,10.0.0.0-10.255.255.255,United States,,98,44,tcp-fin,0,0,0,0,,pa1,from-policy`;
const EVE = (port: number) =>
  `<13>1 2025-10-24T10:00:40Z sensor suricata 7 - [a@1 b="]"] {"timestamp":"2025-10-24T12:00:40.000000+0200","flow_id":${port},"event_type":"flow","src_ip":"10.7.0.15","src_port":${port},"dest_ip":"8.8.4.4","dest_port":445,"proto":"TCP","flow":{"pkts_toserver":3,"pkts_toclient":0,"bytes_toserver":198,"bytes_toclient":0,"state":"new"}}`;
const OTHER = '<86>Oct 24 12:01:40 host1 sshd[7]: Accepted publickey for ann';

async function sendUdp(port: number, datagrams: readonly (string | Buffer)[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const datagram of datagrams) await new Promise((done) => socket.send(datagram, port, '127.0.0.1', done));
  socket.close();
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((done) => setTimeout(done, 10));
}

async function datasets(): Promise<readonly unknown[]> {
  const { events } = await store.events.search({ predicate: ALL, order: 'oldest', limit: 100 });
  return events.map(({ document }) => (document['event'] as Document)['dataset']).sort();
}

test('syslog over UDP: PAN-OS and JSON become events, the rest is counted or kept as dead letter', async () => {
  const receiver = await SyslogReceiver.open({ intake, dialects, listen, receiveBuffer: 1 << 20, failed });
  const broken = TRAFFIC(7).slice(0, 160);
  await sendUdp(receiver.port, [TRAFFIC(1), EVE(2), OTHER, broken, TRAFFIC(1), '<13>{"half']);
  await until(() => (intake.senders.list()[0]?.unreadable ?? 0) === 2);
  await receiver.close();
  expect(await datasets()).toEqual(['panw.panos', 'suricata.flow']);
  const [sender] = intake.senders.list();
  expect(sender).toMatchObject({ name: 'syslog-udp 127.0.0.1', events: 3, duplicates: 1, unreadable: 2 });
  expect([...sender!.empties]).toEqual([['syslog message of no known kind', 1]]);
  const { letters } = await store.deadLetters.list(10);
  expect(letters.map(({ content }) => content).sort()).toEqual(['<13>{"half', broken].sort());
});

test('an identity of ours that comes over syslog is not believed', async () => {
  const receiver = await SyslogReceiver.open({ intake, dialects, listen, receiveBuffer: 1 << 20, failed });
  const event = { '@timestamp': '2026-03-01T10:00:00Z', event: { kind: 'event' }, smbastion: { event: { id: 'own' } } };
  await sendUdp(receiver.port, [`<13>${JSON.stringify(event)}`]);
  await until(() => intake.senders.list()[0]?.events === 1);
  await receiver.close();
  const { events } = await store.events.search({ predicate: ALL, order: 'oldest', limit: 9 });
  expect(events.map(({ id }) => id)).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
});

test.each([
  ['a message a line', (messages: readonly string[]) => messages.map((text) => `${text}\n`).join('')],
  ['octet-counted', (messages: readonly string[]) => messages.map((text) => `${text.length} ${text}`).join('')],
])('syslog over TCP, %s, cut anywhere', async (_, frame) => {
  const server = await SyslogServer.open({ intake, dialects, listen, failed, maxConnections: 1 });
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  const bytes = Buffer.from(frame([TRAFFIC(1), EVE(2), TRAFFIC(3)]));
  for (let at = 0; at < bytes.length; at += 100) {
    socket.write(bytes.subarray(at, at + 100));
    await new Promise((done) => setImmediate(done));
  }
  await until(() => (intake.senders.list()[0]?.events ?? 0) === 3);
  const second = connect(server.port, '127.0.0.1');
  second.on('error', () => {});
  await new Promise((done) => second.on('error', done).on('close', done));
  expect([server.connections, server.refused]).toEqual([1, 1]);
  socket.end();
  await server.close();
  expect(await datasets()).toEqual(['panw.panos', 'panw.panos', 'suricata.flow']);
});

test('syslog over TLS; a client that speaks none costs itself alone', async () => {
  const tls = selfSigned('collector.example');
  const server = await SyslogServer.open({ intake, dialects, listen, failed, maxConnections: 9, tls });
  const plain = connect(server.port, '127.0.0.1');
  plain.write(`${TRAFFIC(9)}\n`);
  await new Promise((done) => plain.on('error', done).on('close', done));
  const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: tls.cert, servername: 'collector.example' });
  // The server may end the connection first.
  socket.on('error', () => {});
  const message = TRAFFIC(1);
  socket.write(`${message.length} ${message}`);
  await until(() => intake.senders.list()[0]?.events === 1);
  socket.end();
  const silent = connect(server.port, '127.0.0.1');
  silent.on('error', () => {});
  await until(() => server.connections > 0 && silent.readyState === 'open');
  await server.close();
  expect(intake.senders.list()[0]?.name).toBe('syslog-tls 127.0.0.1');
  expect(await datasets()).toEqual(['panw.panos']);
});

const counted = (message: string) => `${message.length} ${message}`;

describe.each([
  ['TCP', undefined],
  ['TLS', selfSigned('collector.example')],
])('a connection over %s that is over in the middle of a message', (_way, tls) => {
  const HALF = TRAFFIC(2).slice(0, -20);
  const ends = {
    'in order': (socket: Socket) => socket.end(),
    // Over TLS what lies below it is reset, and nothing says that it ends.
    'by breaking': (_: Socket, below: Socket) => void below.resetAndDestroy(),
    'by the server': () => {},
  };
  test.each([
    ['a message a line', 'in order', `${TRAFFIC(1)}\n${TRAFFIC(2)}`, 2, undefined],
    ['a message a line', 'by breaking', `${TRAFFIC(1)}\n${HALF}`, 1, 'broken'],
    ['a message a line', 'by the server', `${TRAFFIC(1)}\n${HALF}`, 1, 'broken'],
    ['octet-counted', 'in order', counted(TRAFFIC(1)) + counted(TRAFFIC(2)).slice(0, -20), 1, 'ended'],
    ['octet-counted', 'by breaking', counted(TRAFFIC(1)) + counted(TRAFFIC(2)).slice(0, -20), 1, 'broken'],
    ['octet-counted', 'in order', `${counted(TRAFFIC(1))}\n`, 1, undefined],
    ['a message a line', 'by breaking', `${TRAFFIC(1)}\n`, 1, undefined],
  ] as const)('%s, ended %s: %#', async (framing, end, bytes, events, how) => {
    const server = await SyslogServer.open({ intake, dialects, listen, failed, maxConnections: 9, tls });
    const below = connect(server.port, '127.0.0.1');
    const socket = tls ? connectTls({ socket: below, ca: tls.cert, servername: 'collector.example' }) : below;
    for (const one of [socket, below]) one.on('error', () => {});
    socket.write(bytes);
    await until(() => (intake.senders.list()[0]?.events ?? 0) > 0);
    // The first message was read, and with it what stands behind.
    ends[end](socket, below);
    if (end !== 'by the server') await until(() => server.connections === 0);
    await server.close();
    expect((await datasets()).length).toBe(events);
    const { letters } = await store.deadLetters.list(9);
    const rest = framing === 'octet-counted' ? counted(TRAFFIC(2)).slice(0, -20) : HALF;
    expect(letters.map(({ content, reason }) => [content, reason])).toEqual(
      how === undefined ? [] : [[rest, `the connection ${how} in the middle of this message`]],
    );
  });
});

test.each([
  ['a message a line', (text: string) => `${text}\n`],
  ['octet-counted', counted],
])('what is too long is kept up to the limit: %s', async (_framing, framed) => {
  const small = intakeInto(store, { documentBytes: 1_000 });
  const server = await SyslogServer.open({ intake: small, dialects, listen, failed, maxConnections: 9 });
  const long = `<14>${'a long message '.repeat(200)}`;
  const socket = connect(server.port, '127.0.0.1');
  const bytes = framed(TRAFFIC(1)) + framed(long) + framed(TRAFFIC(2));
  for (let at = 0; at < bytes.length; at += 700) {
    await new Promise((sent) => socket.write(bytes.slice(at, at + 700), sent));
    await new Promise((later) => setTimeout(later, 5));
  }
  await until(() => small.senders.list()[0]?.events === 2);
  socket.end();
  await server.close();
  const { letters } = await store.deadLetters.list(9);
  expect(letters).toMatchObject([{ content: long.slice(0, 1_000), origin: { isWhole: false } }]);
  await small.stop();
});

test('a full queue makes a connection wait and loses nothing', async () => {
  const server = await SyslogServer.open({ intake, dialects, listen, failed, maxConnections: 9 });
  intake.reserve(intake.limits.queueBytes);
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`${TRAFFIC(1)}\n${TRAFFIC(2)}\n`);
  await until(() => intake.figures().refused > 1);
  expect(intake.senders.list()[0]?.events).toBe(0);
  intake.release(intake.limits.queueBytes);
  await until(() => intake.senders.list()[0]?.events === 2);
  socket.end();
  await server.close();
  expect((await datasets()).length).toBe(2);
});

test('a full queue drops datagrams and counts them', async () => {
  const receiver = await SyslogReceiver.open({ intake, dialects, listen, receiveBuffer: 1 << 20, failed });
  intake.reserve(intake.limits.queueBytes);
  await sendUdp(receiver.port, [TRAFFIC(1), TRAFFIC(2)]);
  await until(() => intake.senders.list()[0]?.dropped === 2);
  intake.release(intake.limits.queueBytes);
  await receiver.close();
  expect(await datasets()).toEqual([]);
});

/** A datagram that states thirty records and holds none. */
const header = (version: number, bytes: number) => {
  const datagram = Buffer.alloc(bytes);
  datagram.writeUInt16BE(version, 0);
  datagram.writeUInt16BE(30, 2);
  datagram.writeUInt32BE(1_761_300_100, 8);
  return datagram;
};

test('a flow export that states records and holds none is unreadable, whatever its version', async () => {
  const receiver = await FlowReceiver.open({ intake, listen, receiveBuffer: 1 << 20, failed });
  await sendUdp(receiver.port, [header(5, 24), header(9, 20), header(9, 28)]);
  await until(() => intake.senders.list()[0]?.unreadable === 3);
  await receiver.close();
  const { letters } = await store.deadLetters.list(9);
  expect(letters.map(({ reason, origin }) => [reason, origin?.isWhole]).toSorted()).toEqual([
    ['the datagram states 30 flow records and holds 0', false],
    ['the datagram states 30 records and holds no set of them', false],
    ['the datagram states 30 records and holds no set of them', false],
  ]);
  expect([...intake.senders.list()[0]!.empties]).toEqual([]);
});

test('flow exports: halves that wait are given out at the end; what is none is a dead letter', async () => {
  const receiver = await FlowReceiver.open({ intake, listen, receiveBuffer: 1 << 20, failed });
  const flow = {
    source: '10.5.5.5',
    sourcePort: 50123,
    destination: '8.8.4.4',
    destinationPort: 445,
    flags: 2,
    packets: 3,
    octets: 180,
    first: 540_000,
    last: 547_000,
  };
  const exported = v5([flow], { uptime: 600_000, seconds: 1_761_300_100 });
  await sendUdp(receiver.port, [exported, 'hello, this is no flow export']);
  await until(() => intake.senders.list()[0]?.unreadable === 1);
  await receiver.close();
  expect(await datasets()).toEqual(['netflow.log']);
  expect((await store.deadLetters.count()).held).toBe(1);
});

test('an address that is taken cannot be listened on', async () => {
  const options = { intake, dialects, listen, failed, maxConnections: 9, receiveBuffer: 1 << 16 };
  const server = await SyslogServer.open(options);
  const again = { ...options, listen: { host: '127.0.0.1', port: server.port } };
  await expect(SyslogServer.open(again)).rejects.toMatchObject({ code: 'INGEST-LISTEN' });
  const flows = await FlowReceiver.open(options);
  const other = { ...options, listen: { host: '127.0.0.1', port: flows.port } };
  await expect(FlowReceiver.open(other)).rejects.toMatchObject({ code: 'INGEST-LISTEN' });
  await server.close();
  await flows.close();
});
