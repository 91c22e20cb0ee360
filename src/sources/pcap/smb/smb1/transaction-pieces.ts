/**
 * Puts the pieces of a transaction together that says in them what it is about. Clients send one at a time, so a connection
 * holds one; what it is about is then read as from a single message.
 */
import { Message } from '../message.ts';
import type { ByteBudget } from '../state/byte-budget.ts';
import type { Smb1Request, Transaction } from './smb1-request.ts';
import type { Layout, SecondaryLayout } from './transaction-layout.ts';

/** Parameters and data each; honest transactions are smaller, and of larger ones the first piece counts. */
const MOST_BYTES = 65_536;
const HEADER_BYTES = 32;

interface Gathering {
  readonly request: Smb1Request;
  readonly layout: Layout;
  /** Header, parameters, data. */
  readonly bytes: Uint8Array;
  missing: number;
}

/** The transaction of a connection that is not complete. */
export class TransactionPieces {
  private readonly budget: ByteBudget;
  private open: Gathering | undefined;

  /** @param budget bytes that all connections may hold */
  constructor(budget: ByteBudget) {
    this.budget = budget;
  }

  /** A primary: remembered when more is to come. */
  begin(request: Smb1Request, transaction: Transaction, m: Message, layout: Layout): void {
    const { parametersTotal, dataTotal } = transaction;
    const isWhole = layout.parametersCount >= parametersTotal && layout.dataCount >= dataTotal;
    if (isWhole || parametersTotal > MOST_BYTES || dataTotal > MOST_BYTES) return;
    this.end();
    const size = HEADER_BYTES + parametersTotal + dataTotal;
    if (!this.budget.take(size)) return;
    const bytes = new Uint8Array(size);
    bytes.set(m.bytes.subarray(m.at, Math.min(m.at + HEADER_BYTES, m.end)));
    this.open = { request, layout, bytes, missing: parametersTotal + dataTotal };
    this.add(request, m, { ...layout, parametersAt: 0, dataAt: 0 });
  }

  /** @returns the transaction as one message when the piece was the last one */
  add(request: Smb1Request, m: Message, piece: SecondaryLayout): { message: Message; layout: Layout } | undefined {
    const { open } = this;
    if (open?.request !== request) return undefined;
    const { parametersTotal, dataTotal } = open.layout;
    const data = HEADER_BYTES + parametersTotal;
    this.put(open, m, piece.parameters, piece.parametersCount, HEADER_BYTES + piece.parametersAt, data);
    this.put(open, m, piece.data, piece.dataCount, data + piece.dataAt, data + dataTotal);
    if (open.missing > 0) return undefined;
    const message = new Message();
    message.bytes = open.bytes;
    message.end = open.bytes.length;
    message.size = open.bytes.length;
    message.side = m.side;
    const layout = {
      ...open.layout,
      parameters: HEADER_BYTES,
      parametersCount: parametersTotal,
      data,
      dataCount: dataTotal,
      // Setup came with the primary, and says nothing of what is put together here.
      setupCount: 0,
    };
    this.end();
    return { message, layout };
  }

  /** Forgets what is held. */
  end(): void {
    if (this.open) this.budget.give(this.open.bytes.length);
    this.open = undefined;
  }

  /** Lost bytes stay zero and do not keep the rest waiting. */
  private put(open: Gathering, m: Message, offset: number, count: number, to: number, end: number): void {
    const span = m.span(offset, count);
    const room = Math.min(count, Math.max(end - to, 0));
    if (span && room > 0) open.bytes.set(m.bytes.subarray(span.from, Math.min(span.to, span.from + room)), to);
    open.missing -= room;
  }
}
