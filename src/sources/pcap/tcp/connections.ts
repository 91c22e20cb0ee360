import { type FlowTable, WORD } from '../flow/flow-table.ts';
import { STATE } from '../flow/flow-state.ts';
import type { Connection } from './connection.ts';

/** Closed connections kept for two minutes for their last packets; more are told at once. */
const MAX_CLOSED = 10_000;
/** Connections looked at to find one to give up when there are too many. */
const EVICTION_LOOK = 64;

/** Connections that have an object, by the entries of their flows. */
export class Connections {
  private readonly v4 = new Map<number, Connection>();
  private readonly v6 = new Map<number, Connection>();
  /** Those that were closed and are kept for their last packets, oldest first. */
  private readonly closed = new Set<Connection>();

  get size(): number {
    return this.v4.size + this.v6.size;
  }

  /** @returns the connection of an entry, undefined while nobody wants its payload */
  of(table: FlowTable, entry: number): Connection | undefined {
    if ((table.words[table.at(entry) + WORD.state]! & STATE.stream) === 0) return undefined;
    return this.in(table).get(entry);
  }

  add(connection: Connection): void {
    const { table, entry } = connection;
    this.in(table).set(entry, connection);
    table.words[table.at(entry) + WORD.state] = table.words[table.at(entry) + WORD.state]! | STATE.stream;
  }

  delete(connection: Connection): void {
    this.in(connection.table).delete(connection.entry);
    this.closed.delete(connection);
  }

  isClosed(connection: Connection): boolean {
    return this.closed.has(connection);
  }

  /** @returns another closed connection that must be told now, when there are too many */
  close(connection: Connection): Connection | undefined {
    this.closed.add(connection);
    if (this.closed.size <= MAX_CLOSED) return undefined;
    const [oldest] = this.closed;
    return oldest;
  }

  /** @returns the connection that was idle longest among the oldest */
  idlest(): Connection | undefined {
    let idlest: Connection | undefined;
    let looked = 0;
    for (const connection of (this.v6.size > this.v4.size ? this.v6 : this.v4).values()) {
      if (!idlest || connection.lastTime < idlest.lastTime) idlest = connection;
      if (++looked >= EVICTION_LOOK) break;
    }
    return idlest;
  }

  *all(): Generator<Connection> {
    yield* this.v4.values();
    yield* this.v6.values();
  }

  private in(table: FlowTable): Map<number, Connection> {
    return table.isV6 ? this.v6 : this.v4;
  }
}
