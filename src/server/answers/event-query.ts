/** Questions about stored events: compiled, bounded in number and time. */
import { SmbError } from '../../base/error.ts';
import { formatElapsed } from '../../base/text/figures.ts';
import { compileSigmaText } from '../../detect/sigma/sigma-query.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { compileEql } from '../../query/eql/compile-eql.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { Config } from '../../config/config.ts';

/** Languages in which events can be asked for. */
export const LANGUAGES = ['kql', 'eql', 'sigma'] as const;

/** A language in which events can be asked for. */
export type Language = (typeof LANGUAGES)[number];

/**
 * @param config for what Sigma rules need to know of the site
 * @throws errors of the language, with their place in `query`; USAGE for a question about several events
 */
export function compileQuery(
  query: string,
  language: Language,
  config: Config,
): { readonly predicate: Predicate; readonly diagnostics: readonly Diagnostic[] } {
  const source = { file: 'query', text: query };
  const now = Date.now();
  switch (language) {
    case 'kql':
      return compileKql(source, { now });
    case 'sigma':
      return compileSigmaText(source, { now, settings: config.rules, sigma: config.sigma });
    case 'eql': {
      const { query: compiled, diagnostics } = compileEql(source, { now });
      if (compiled.kind === 'event' && compiled.pipes.length === 0)
        return { predicate: compiled.predicate, diagnostics };
      throw new SmbError('USAGE', 'Here single events are asked for: no sequences, samples or pipes.', {
        fix: 'a rule of type eql runs sequences over what is stored',
      });
    }
  }
}

/** Searches that run at once: each may use all cores. */
const MAX_RUNNING = 2;
/** Searches that wait for their turn. */
const MAX_WAITING = 32;

/** Lets a few searches run at a time, each for so long. */
export class SearchGate {
  private readonly timeMs: number;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param timeMs how long the asker waits for a search */
  constructor(timeMs: number) {
    this.timeMs = timeMs;
  }

  /**
   * Runs a search when it is its turn. One that takes too long is answered for and stopped, and keeps its turn until it ends.
   *
   * @param search stops once the signal is aborted
   * @throws API-BUSY when too many wait, API-TIME when it takes too long
   */
  async run<T>(search: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.waiting.length >= MAX_WAITING) throw new SmbError('API-BUSY', 'Too many searches wait already.');
    let timer: NodeJS.Timeout | undefined;
    const asker = new AbortController();
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.timeError()), this.timeMs);
    });
    try {
      return await Promise.race([this.inTurn(search, asker.signal), tooLong]);
    } finally {
      asker.abort();
      clearTimeout(timer);
    }
  }

  private async inTurn<T>(search: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.running >= MAX_RUNNING) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    try {
      // Nobody waits for the answer any more: then nothing is searched.
      if (signal.aborted) throw this.timeError();
      return await search(signal);
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private timeError(): SmbError {
    return new SmbError('API-TIME', `The search took longer than ${formatElapsed(this.timeMs)}.`, {
      fix: 'ask for a shorter stretch of time or fewer values; query_time in [server] is the limit',
    });
  }
}
