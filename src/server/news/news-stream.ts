/**
 * News for whoever listens (server-sent events, WHATWG HTML §9.2). The last ones are kept, so that a listener who comes back
 * misses nothing; who was away too long is told to read everything anew.
 */
import { PassThrough, type Readable } from 'node:stream';
import { SmbError } from '../../base/error.ts';
import type { AlertTold, EventBus } from './event-bus.ts';

/** News that are kept for those who come back. */
const KEPT = 1_000;
/** Listeners at once. */
const MAX_LISTENERS = 200;
/** Of one account or key, so that none keeps the others out. */
const MAX_PER_ACCOUNT = 20;
/** Of one session: as many as a browser opens connections to a server, six, and some that the server does not know to be over. */
const MAX_PER_SESSION = 10;
/** Bytes that wait for a listener; a slower one is let go and comes back by itself. */
const MAX_WAITING_BYTES = 1024 ** 2;
/** How often something is said, so that proxies do not take silence for the end. */
const HEARTBEAT_MS = 15_000;
/** How long a listener waits before it comes back. */
const RETRY_MS = 3_000;

interface News {
  readonly number: number;
  readonly text: string;
}

/** Who listens. */
export interface Listener {
  /** Name of the account or key. */
  readonly account: string;
  /** What tells one session of an account from another; undefined when there is none. */
  readonly session: string | undefined;
  /** Asked at every heartbeat, which sees that time is over, and when rights change; false ends the stream. */
  readonly mayListen: () => boolean;
}

/** Tells news to listeners. */
export class NewsStream {
  private readonly epoch: string;
  private readonly kept: News[] = [];
  private readonly listeners = new Map<PassThrough, Listener>();
  private readonly stopListening: readonly (() => void)[];
  private readonly heartbeat: NodeJS.Timeout;
  private number = 0;

  /** @param epoch differs at each start, so that numbers of an earlier one are known to be that */
  constructor(bus: EventBus, epoch: string) {
    this.epoch = epoch;
    this.stopListening = [
      bus.on('alert', (news) => this.tell('alert', alertNews(news))),
      bus.on('run', (run) => this.tell('run', run)),
    ];
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
  }

  /** Listeners at this moment. */
  get size(): number {
    return this.listeners.size;
  }

  /**
   * @param lastId what the listener heard last, as it was told: `epoch-number`
   * @throws API-BUSY when too many listen, of all or of the same account or session
   */
  listen(lastId: string | undefined, listener: Listener): Readable {
    this.admit(listener);
    const stream = new PassThrough({ highWaterMark: MAX_WAITING_BYTES });
    stream.write(`retry: ${RETRY_MS}\n\n`);
    this.catchUp(stream, lastId);
    this.listeners.set(stream, listener);
    stream.once('close', () => this.listeners.delete(stream));
    return stream;
  }

  /** Ends the streams of those who may listen no more. */
  endForbidden(): void {
    for (const [stream, { mayListen }] of this.listeners) if (!mayListen()) this.end(stream);
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.heartbeat);
    for (const stop of this.stopListening) stop();
    for (const stream of this.listeners.keys()) this.end(stream);
  }

  private admit({ account, session }: Listener): void {
    const fix = 'end a stream that is no longer read';
    const own = [...this.listeners.values()].filter((other) => other.account === account);
    const ofSession = session === undefined ? 0 : own.filter((other) => other.session === session).length;
    if (ofSession >= MAX_PER_SESSION) {
      throw new SmbError('API-BUSY', `This session holds ${MAX_PER_SESSION} streams already, the most it may.`, {
        fix,
      });
    }
    if (own.length >= MAX_PER_ACCOUNT) {
      throw new SmbError('API-BUSY', `${account} holds ${MAX_PER_ACCOUNT} streams already, the most it may.`, { fix });
    }
    if (this.listeners.size >= MAX_LISTENERS) {
      throw new SmbError('API-BUSY', `${MAX_LISTENERS} streams are held already, the most there may be.`, { fix });
    }
  }

  private catchUp(stream: PassThrough, lastId: string | undefined): void {
    if (lastId === undefined) return;
    const [epoch, number] = [lastId.replace(/-\d+$/, ''), Number(/-(\d+)$/.exec(lastId)?.[1] ?? Number.NaN)];
    const oldest = this.kept[0]?.number ?? this.number + 1;
    const knowsAll = epoch === this.epoch && number >= oldest - 1 && number <= this.number;
    if (!knowsAll) stream.write(`id: ${this.epoch}-${this.number}\nevent: reset\ndata: {}\n\n`);
    else for (const news of this.kept) if (news.number > number) stream.write(news.text);
  }

  private tell(kind: string, news: object): void {
    const number = ++this.number;
    const text = `id: ${this.epoch}-${number}\nevent: ${kind}\ndata: ${JSON.stringify(news)}\n\n`;
    this.kept.push({ number, text });
    if (this.kept.length > KEPT) this.kept.shift();
    for (const stream of this.listeners.keys()) this.write(stream, text);
  }

  private beat(): void {
    this.endForbidden();
    for (const stream of this.listeners.keys()) this.write(stream, ':\n\n');
  }

  private end(stream: PassThrough): void {
    // It closes later, and must not be told anything until then.
    this.listeners.delete(stream);
    stream.end();
  }

  private write(stream: PassThrough, text: string): void {
    stream.write(text);
    if (stream.writableLength + stream.readableLength > MAX_WAITING_BYTES) stream.destroy();
  }
}

/** An alert without its document, which is read when somebody looks. */
function alertNews({ alert, isNew }: AlertTold): object {
  const { id, ruleId, timeMs, createdMs, riskScore, severity, isBuildingBlock } = alert;
  return { id, ruleId, timeMs, createdMs, riskScore, severity, isBuildingBlock, isNew };
}
