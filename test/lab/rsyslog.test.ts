/**
 * A shipper that sites have, as Debian packs it: rsyslog sends the lines of a file to the receiver of Elasticsearch's protocol. The
 * server is stopped in the middle and started again.
 */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { ALL } from '../../src/query/predicate.ts';
import { type RunningServer, runServer } from '../../src/server/run-server.ts';
import { serverLog } from '../../src/server/server-log.ts';
import { TcpRelay } from '../tools/tcp-relay.ts';

const RSYSLOGD = 'rsyslogd';
const MODULES = [
  '/usr/lib/x86_64-linux-gnu/rsyslog',
  '/usr/lib/aarch64-linux-gnu/rsyslog',
  '/usr/lib/rsyslog',
  '/usr/lib64/rsyslog',
];
const isInstalled =
  spawnSync(RSYSLOGD, ['-v']).error === undefined &&
  MODULES.some((folder) => existsSync(join(folder, 'omelasticsearch.so')));
const note = isInstalled ? '' : ' (skipped: rsyslog-elasticsearch is not installed)';

/** Documents of each kind before and after the server is stopped. */
const HALF = 40;
/** Kinds of documents: Zeek, Suricata, Winlogbeat. */
const KINDS = 3;

/** A line of Zeek's JSON, one of Suricata's EVE and a document of Winlogbeat, each of its own by its number. */
function documents(from: number): string {
  const lines: object[] = [];
  for (let number = from; number < from + HALF; number++) {
    lines.push(
      {
        ts: 1_761_300_000 + number,
        uid: `CAbc${number}`,
        'id.orig_h': '10.1.2.30',
        'id.orig_p': 50_000 + number,
        'id.resp_h': '198.51.100.7',
        'id.resp_p': 445,
        proto: 'tcp',
        conn_state: 'SF',
      },
      {
        timestamp: '2025-10-24T12:00:40.000000+0200',
        flow_id: number + 1,
        event_type: 'flow',
        src_ip: '10.7.0.15',
        src_port: 50_000 + number,
        dest_ip: '198.51.100.8',
        dest_port: 445,
        proto: 'TCP',
        flow: { pkts_toserver: 3, pkts_toclient: 0, bytes_toserver: 198, bytes_toclient: 0, state: 'new' },
      },
      {
        '@timestamp': '2025-10-24T10:00:00.000Z',
        event: { code: '4624', provider: 'Microsoft-Windows-Security-Auditing', kind: 'event' },
        winlog: {
          channel: 'Security',
          provider_name: 'Microsoft-Windows-Security-Auditing',
          event_id: '4624',
          record_id: number,
          computer_name: 'fs01.corp.example',
          event_data: { LogonType: '3', TargetUserName: 'ann', IpAddress: '10.1.2.3' },
        },
        agent: { type: 'winlogbeat', version: '8.19.2' },
      },
    );
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

describe.skipIf(!isInstalled)(`rsyslog${note}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-rsyslog-'));
  const input = join(folder, 'in.log');
  const config = {
    ...DEFAULT_CONFIG,
    server: { ...DEFAULT_CONFIG.server, dataFolder: join(folder, 'data'), listen: { host: '127.0.0.1', port: 0 } },
  };
  const log: string[] = [];
  let relay: TcpRelay;
  let server: RunningServer;
  let stopShipper: (() => Promise<void>) | undefined;

  async function start(): Promise<void> {
    server = await runServer(
      config,
      serverLog('warn', (line) => log.push(line)),
    );
    relay.target = Number(new URL(server.url).port);
  }

  async function stop(): Promise<void> {
    relay.target = undefined;
    await server.stop();
  }

  /** Waits until so many events are stored. */
  async function stored(count: number): Promise<void> {
    while ((await server.service.store.events.count({ predicate: ALL })) < count) {
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Starts rsyslog with a key. */
  function ship(id: string, secret: string): void {
    const work = join(folder, 'rsyslog');
    mkdirSync(work);
    const lines = [
      `global(workDirectory="${work}")`,
      'module(load="imfile" mode="polling" pollingInterval="1")',
      'module(load="omelasticsearch")',
      'template(name="line" type="string" string="%msg%")',
      `input(type="imfile" file="${input}" tag="x" ruleset="send")`,
      'ruleset(name="send") {',
      `  action(type="omelasticsearch" server="http://127.0.0.1:${relay.port}/elasticsearch" uid="${id}" pwd="${secret}"`,
      '    template="line" searchIndex="logs-site-default" searchType="_doc" bulkmode="on" retryfailures="on" retryruleset="send"',
      `    errorfile="${join(folder, 'refused.json')}" action.resumeRetryCount="-1" action.resumeInterval="1")`,
      '}',
    ];
    writeFileSync(join(folder, 'rsyslog.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
    const child = spawn(RSYSLOGD, ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')], {
      stdio: 'ignore',
    });
    const ended = new Promise((done) => child.on('exit', done));
    stopShipper = async () => {
      child.kill('SIGKILL');
      await ended;
    };
  }

  beforeAll(async () => {
    relay = await TcpRelay.open();
    writeFileSync(input, documents(0));
    await start();
  });

  afterAll(async () => {
    await stopShipper?.();
    await stop();
    await relay.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what it sends while the server is stopped and started again is there once', async () => {
    const { key, secret } = await server.service.keys.add(
      { name: 'rsyslog', scopes: ['ingest'], expiresMs: undefined },
      'test',
    );
    ship(key.id, secret);
    await stored(1);
    await stop();
    appendFileSync(input, documents(HALF));
    await start();
    await stored(2 * HALF * KINDS);
    // Written behind all others, so that what would come twice has come when it has.
    appendFileSync(input, documents(2 * HALF));
    await stored(3 * HALF * KINDS);
    const { events } = await server.service.store.events.search({ predicate: ALL, order: 'oldest', limit: 1_000 });
    expect(events.length).toBe(3 * HALF * KINDS);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect((await server.service.store.deadLetters.list(1)).letters).toEqual([]);
    expect(existsSync(join(folder, 'refused.json')) ? readFileSync(join(folder, 'refused.json'), 'utf8') : '').toBe('');
    expect(log).toEqual([]);
  });
});
