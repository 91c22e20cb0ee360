/** What a client does on a server, in a few words: for tests of rules over what packets show. */
import type { FlatEvent } from '../read-capture.ts';
import { ntlmAuthenticate, ntlmChallenge, ntlmNegotiate } from './auth-tokens.ts';
import { u8, zeros } from './bytes.ts';
import * as rpc from './rpc-fragments.ts';
import * as m from './smb2-messages.ts';
import { type ConnectionOptions, SmbTalk, type TalkConnection } from './talk.ts';

const ACCESS_DENIED = 0xc0000022;
const LOGON_FAILURE = 0xc000006d;
const MORE_PROCESSING = 0xc0000016;
const SHARE_PIPE = 2;
const SHARE_DISK = 1;
const PIPE_TRANSCEIVE = 0x0011c017;

/** How a logon is made and ends. */
export interface LogonOptions {
  readonly user?: string;
  readonly isRefused?: boolean;
  readonly isAnonymous?: boolean;
  /** Session flags of the answer: 1 guest, 4 encrypt. */
  readonly flags?: number;
  /** Service the client means to talk to. */
  readonly target?: string;
  readonly challenge?: string;
}

/** How a file is opened and used. */
export interface FileOptions {
  readonly read?: number;
  readonly write?: Buffer;
  readonly isNew?: boolean;
  readonly renameTo?: string;
  readonly isDeleted?: boolean;
  readonly isRefused?: boolean;
  /** Size the server says the file has, unless what is read. */
  readonly size?: number;
}

/** A capture of one or several clients. */
export class Scene {
  readonly talk = new SmbTalk();
  private port = 50_000;
  private readonly visits: Visit[] = [];

  /** A client connects to a server and logs on. */
  visit(options: ConnectionOptions = {}, logon: LogonOptions = {}): Visit {
    const connection = this.talk.connect({ clientPort: this.port++, ...options });
    const visit = new Visit(connection, this.port, logon);
    this.visits.push(visit);
    return visit;
  }

  /** Time passes. */
  wait(ms: number): void {
    this.talk.clock.time += ms;
  }

  /** All connections end. */
  end(): readonly FlatEvent[] {
    for (const visit of this.visits) visit.end();
    this.talk.analyser.finish();
    return this.talk.events;
  }
}

/** One connection with one session. */
export class Visit {
  readonly connection: TalkConnection;
  private readonly session: number;
  private id = 0;
  private tree = 1;
  private fileId = 100;
  private callId = 1;
  private trees = new Map<string, number>();

  constructor(connection: TalkConnection, session: number, logon: LogonOptions) {
    this.connection = connection;
    this.session = session;
    connection.client(m.negotiateRequest({ id: this.id }, { contexts: [[2, m.idContext([2])]] }));
    connection.server(m.negotiateResponse({ id: this.id++ }, { contexts: [[2, m.idContext([2])]] }));
    this.logOn(logon);
  }

  logOn(logon: LogonOptions): this {
    const { connection, session } = this;
    const names = { 1: 'FS01', 3: 'fs01.corp.example' };
    connection.client(m.sessionSetupRequest({ id: this.id }, ntlmNegotiate()));
    connection.server(
      m.sessionSetupResponse(
        { id: this.id++, session, status: MORE_PROCESSING },
        ntlmChallenge(names, logon.challenge ?? session.toString(16).padStart(16, '0')),
      ),
    );
    const lengths = logon.isAnonymous === true ? { ntLength: 0, lmLength: 0 } : {};
    const target = logon.target === undefined ? {} : { names: { 9: logon.target } };
    const token = ntlmAuthenticate({ user: logon.user ?? 'alice', ...lengths, ...target });
    connection.client(m.sessionSetupRequest({ id: this.id, session }, token));
    const head = { id: this.id++, session };
    if (logon.isRefused === true) {
      connection.server(m.smb2(1, true, { ...head, status: LOGON_FAILURE }, m.errorBody()));
    } else {
      connection.server(m.sessionSetupResponse(head, zeros(0), logon.flags ?? 0));
    }
    return this;
  }

  /** Connects to a share once. */
  share(name: string, isRefused = false): number {
    const known = this.trees.get(name);
    if (known !== undefined) return known;
    const { connection, session } = this;
    const tree = this.tree++;
    connection.client(m.treeRequest({ id: this.id, session }, `\\\\fs01\\${name}`));
    const head = { id: this.id++, session };
    if (isRefused) {
      connection.server(m.smb2(3, true, { ...head, status: ACCESS_DENIED }, m.errorBody()));
      return tree;
    }
    connection.server(m.treeResponse({ ...head, tree }, name === 'IPC$' ? SHARE_PIPE : SHARE_DISK));
    this.trees.set(name, tree);
    return tree;
  }

  /** Opens a file, does something with it, closes it. */
  file(share: string, path: string, options: FileOptions = {}): this {
    const at = this.header(this.share(share));
    const file = this.fileId++;
    const { connection } = this;
    connection.client(m.createRequest(at(), path, { access: 3, disposition: options.isNew === true ? 5 : 1 }));
    if (options.isRefused === true) {
      connection.server(m.smb2(5, true, { ...at(), status: ACCESS_DENIED }, m.errorBody()));
      this.id++;
      return this;
    }
    connection.server(
      m.createResponse(at(), file, { action: options.isNew === true ? 2 : 1, size: options.size ?? options.read ?? 0 }),
    );
    this.id++;
    if (options.read !== undefined) {
      connection.client(m.readRequest(at(), file, options.read));
      connection.server(m.readResponse(at(), zeros(options.read)));
      this.id++;
    }
    if (options.write !== undefined) {
      connection.client(m.writeRequest(at(), file, options.write));
      connection.server(m.writeResponse(at(), options.write.length));
      this.id++;
    }
    if (options.renameTo !== undefined) this.change(at, file, 10, m.renameData(options.renameTo));
    if (options.isDeleted === true) this.change(at, file, 13, u8(1));
    connection.client(m.closeRequest(at(), file)).server(m.closeResponse(at()));
    this.id++;
    return this;
  }

  /** Opens a pipe and leaves it open. */
  pipe(name: string): number {
    const at = this.header(this.share('IPC$'));
    const file = this.fileId++;
    this.connection.client(m.createRequest(at(), name)).server(m.createResponse(at(), file));
    this.id++;
    return file;
  }

  /** Binds to an interface over a pipe and makes calls. */
  call(pipe: string, uuid: string, opnums: readonly number[], stub: Buffer = zeros(24)): this {
    const file = this.pipe(pipe);
    this.exchange(file, rpc.bind(this.callId, [uuid]), rpc.bindAck(this.callId++, [0]));
    for (const opnum of opnums) {
      this.exchange(file, rpc.rpcRequest(this.callId, opnum, stub), rpc.rpcResponse(this.callId++, zeros(8)));
    }
    return this;
  }

  end(): void {
    this.connection.end();
  }

  /** Something is sent to an open pipe and answered. */
  exchange(file: number, input: Buffer, output: Buffer): void {
    const at = this.header(this.share('IPC$'));
    this.connection
      .client(m.ioctlRequest(at(), file, PIPE_TRANSCEIVE, input))
      .server(m.ioctlResponse(at(), PIPE_TRANSCEIVE, output));
    this.id++;
  }

  private change(at: () => m.Smb2Header, file: number, level: number, data: Buffer): void {
    this.connection.client(m.setInfoRequest(at(), file, 1, level, data)).server(m.setInfoResponse(at()));
    this.id++;
  }

  private header(tree: number): () => m.Smb2Header {
    return () => ({ id: this.id, session: this.session, tree });
  }
}
