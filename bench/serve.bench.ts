import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connections, seeded, type Spelling } from './evidence.ts';
import { SHIPPED, SHIPPED_BY_SENSORS, turned } from './shipped.ts';

export const name = 'bulk requests over HTTP into the running server, all rules scheduled; target 20,000 events/s';

/** Events of one request: what Beats send at most; SMBASTION_BENCH_REQUESTS changes how many requests there are. */
const REQUEST_EVENTS = 1_600;
const REQUESTS = Number(process.env['SMBASTION_BENCH_REQUESTS'] ?? 300);
/** Requests until everything is compiled; what is sustained begins behind them. */
const WARM_UP = REQUESTS / 4;
/** Shippers that send at the same time, each from an address of its own and events of its kind. */
const SHIPPERS = 10;

/** Sends what sites have to the built server; the baseline is a server that only parses every line. */
export async function run(): Promise<void> {
  await sendTo('network and Windows telemetry', SHIPPED);
  await sendTo('network telemetry alone', SHIPPED_BY_SENSORS);
}

async function sendTo(label: string, spellings: readonly Spelling[]): Promise<void> {
  const shippers = makeBodies(spellings);
  const bytes = shippers.flat().reduce((sum, body) => sum + body.length, 0);
  const events = REQUEST_EVENTS * REQUESTS;
  console.log(
    `${label}: ${events} events, ${Math.round(bytes / events)} bytes each, ${SHIPPERS} shippers of ${REQUEST_EVENTS}`,
  );
  await measure('JSON.parse of every line', shippers, events, startParser);
  await measure('smbastion serve', shippers, events, startServer);
}

/** @returns the requests of each shipper */
function makeBodies(spellings: readonly Spelling[]): Buffer[][] {
  const all = connections(7);
  const random = seeded(11);
  const shippers = Array.from({ length: SHIPPERS }, (): Buffer[] => []);
  for (let number = 0; number < REQUESTS; number++) {
    const spelling = spellings[number % SHIPPERS]!;
    const lines: string[] = [];
    for (let i = 0; i < REQUEST_EVENTS; i++) {
      lines.push('{"create":{"_index":"logs-site-default"}}', turned(spelling(all.next().value!), random));
    }
    shippers[number % SHIPPERS]!.push(Buffer.from(`${lines.join('\n')}\n`));
  }
  return shippers;
}

/** A server under test. */
interface Target {
  readonly url: string;
  readonly authorization: string;
  readonly child: ChildProcess;
  /** @returns what else there is to say, once it has stopped */
  readonly after: (events: number) => string;
}

async function measure(
  label: string,
  shippers: readonly (readonly Buffer[])[],
  events: number,
  start: () => Promise<Target>,
): Promise<void> {
  const target = await start();
  const agents = Array.from(
    { length: SHIPPERS },
    (_, i) => new Agent({ keepAlive: true, maxSockets: 1, localAddress: `127.0.0.${i + 2}` }),
  );
  const waits: number[] = [];
  let refused = 0;
  const began = performance.now();
  const before = cpuSeconds(target.child.pid!);
  let answered = 0;
  let warm = began;
  await Promise.all(
    agents.map(async (agent, i) => {
      for (const body of shippers[i]!) {
        const asked = performance.now();
        while ((await post(target, agent, body)) === 429) {
          refused++;
          await wait(100);
        }
        waits.push(performance.now() - asked);
        if (++answered === WARM_UP) warm = performance.now();
      }
    }),
  );
  const ended = performance.now();
  const seconds = (ended - began) / 1000;
  const sustained = ((REQUESTS - WARM_UP) * REQUEST_EVENTS * 1000) / (ended - warm);
  const cpu = cpuSeconds(target.child.pid!) - before;
  const memory = peakBytes(target.child.pid!);
  for (const agent of agents) agent.destroy();
  const stopped = new Promise((done) => target.child.once('exit', done));
  target.child.kill('SIGTERM');
  await stopped;
  waits.sort((x, y) => x - y);
  console.log(
    `${label}: ${Math.round(sustained)} events/s sustained, ${Math.round(events / seconds)} from the start, answers after ${ms(waits, 0.5)} (median) and ${ms(waits, 0.99)} ms, ` +
      `${(cpu / seconds).toFixed(2)} cores, ${Math.round(memory / 1e6)} MB at most, ${refused} refused${target.after(events)}`,
  );
}

function ms(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
}

function post({ url, authorization }: Target, agent: Agent, body: Buffer): Promise<number> {
  return new Promise((done, fail) => {
    const asked = request(
      `${url}/_bulk?filter_path=errors,items.*.error,items.*.status`,
      {
        method: 'POST',
        agent,
        headers: { authorization, 'content-type': 'application/x-ndjson', 'content-length': body.length },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode = 0 } = answer;
          if (statusCode !== 429 && (statusCode >= 400 || text.startsWith('{"errors":true'))) {
            fail(new Error(`${statusCode}: ${text.slice(0, 400)}`));
          } else done(statusCode);
        });
      },
    );
    asked.on('error', fail);
    asked.end(body);
  });
}

async function startServer(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-bench-'));
  const data = join(folder, 'data');
  const config = join(folder, 'smbastion.toml');
  writeFileSync(config, `[server]\ndata = "${data}"\nlisten = "127.0.0.1:0"\n`);
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'serve', '-c', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  let endpoint: { url: string; key: string } | undefined;
  while (!endpoint) {
    await wait(100);
    try {
      endpoint = JSON.parse(readFileSync(join(data, 'endpoint.json'), 'utf8')) as { url: string; key: string };
    } catch {
      // It is not there until the server listens.
    }
  }
  return {
    url: `${endpoint.url}/elasticsearch`,
    authorization: `Bearer ${endpoint.key}`,
    child,
    after: (events) => {
      const size = readdirSync(data).reduce((sum, file) => sum + statSync(join(data, file)).size, 0);
      rmSync(folder, { recursive: true });
      return `, ${Math.round(size / events)} bytes an event on disk`;
    },
  };
}

const PARSER = `
require('node:http').createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const lines = Buffer.concat(chunks).toString('utf8').split('\\n');
    for (const line of lines) if (line !== '') JSON.parse(line);
    response.end('{"errors":false}');
  });
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

async function startParser(): Promise<Target> {
  const child = spawn(process.execPath, ['-e', PARSER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((done) =>
    child.stdout!.once('data', (line: Buffer) => done(String(line).trim())),
  );
  return { url: `http://127.0.0.1:${port}`, authorization: 'none', child, after: () => '' };
}

/** @returns seconds of processor time of a process; 0 where the system does not say */
function cpuSeconds(pid: number): number {
  try {
    const columns = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(columns[11]) + Number(columns[12])) / 100;
  } catch {
    // Only Linux has this file.
    return 0;
  }
}

/** @returns the most memory that a process had; 0 where the system does not say */
function peakBytes(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
