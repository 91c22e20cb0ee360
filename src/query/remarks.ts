import { placeOf, type SourceSpan, type SourceText } from '../base/place.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Remarks kept for one query; a place costs a walk over the text, and nobody reads more. */
const MAX_REMARKS = 100;

/** Longest sentence; a query may hold a megabyte of text, and a message quotes it. */
const MAX_MESSAGE = 400;

/** @returns the sentence, cut where it quotes too much */
export function clipMessage(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE)}…`;
}

/** Collects what is worth saying about a query that runs all the same; the same sentence is said once. */
export class Remarks {
  private readonly source: SourceText;
  private readonly moreCode: string;
  private readonly list: Diagnostic[] = [];
  private readonly said = new Set<string>();
  private left = 0;

  /** @param moreCode code of the last remark, which counts those that were left out */
  constructor(source: SourceText, moreCode: string) {
    this.source = source;
    this.moreCode = moreCode;
  }

  get isFull(): boolean {
    return this.list.length >= MAX_REMARKS;
  }

  /** One more remark that is not worth wording, because the list is full. */
  countOnly(): void {
    this.left++;
  }

  add(code: string, sentence: string, span: SourceSpan): void {
    const message = clipMessage(sentence);
    const key = `${code} ${message}`;
    if (this.said.has(key)) return;
    if (this.isFull) return this.countOnly();
    this.said.add(key);
    this.list.push({ code, message, place: placeOf(this.source, span.start, span.end) });
  }

  /** @returns the remarks in the order they were made; the last says how many were left out */
  get diagnostics(): Diagnostic[] {
    if (this.left === 0) return this.list;
    const message = `${this.left} more remarks are not shown`;
    return [...this.list, { code: this.moreCode, message, place: undefined }];
  }
}
