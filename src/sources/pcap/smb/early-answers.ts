/**
 * Answers that come before their requests: the recorder put two packets of opposite directions into the wrong order. They wait
 * for a few messages; where a capture holds one direction only, that soon ends.
 */
import type { PacketClock } from '../stream.ts';
import type { Message } from './message.ts';
import type { SmbState } from './state/smb-state.ts';

/** Messages that an answer waits for its request. */
const PATIENCE = 16;
/** Answers waiting at one time. */
const MAX_WAITING = 32;
/** Answers longer than this do not wait: they are read, and what they answer is not. */
const MAX_BYTES = 8192;
/** Answers that waited in vain, after which none waits any more on this connection. */
const MAX_IN_VAIN = 4;

interface Waiting {
  /** The packet it came with. */
  readonly clock: PacketClock;
  readonly message: Message;
  readonly until: number;
}

/** Answers of one connection that wait. */
export class EarlyAnswers {
  private readonly state: SmbState;
  private readonly dispatch: (message: Message) => void;
  private waiting: Waiting[] = [];
  private seen = 0;
  private inVain = 0;

  constructor(state: SmbState, dispatch: (message: Message) => void) {
    this.state = state;
    this.dispatch = dispatch;
  }

  /** @returns false when the answer should be taken as it is */
  hold(message: Message): boolean {
    if (this.inVain >= MAX_IN_VAIN || this.waiting.length >= MAX_WAITING) return false;
    if (message.length > MAX_BYTES) return false;
    this.waiting.push({ message: message.copy(), until: this.seen + PATIENCE, clock: { ...this.state.clock } });
    return true;
  }

  /**
   * A message was taken; answers whose request has come, or that waited long enough, are taken now.
   *
   * @param isAwaited whether the request of an answer is there
   */
  settle(isAwaited: (message: Message) => boolean): void {
    this.seen++;
    if (this.waiting.length === 0) return;
    const ready: Waiting[] = [];
    this.waiting = this.waiting.filter((one) => {
      const { message, until } = one;
      const isFound = isAwaited(message);
      if (!isFound && until > this.seen) return true;
      if (!isFound) this.inVain++;
      ready.push(one);
      return false;
    });
    this.takeAll(ready);
  }

  /** Nothing more comes. */
  flush(): void {
    const { waiting } = this;
    this.waiting = [];
    this.takeAll(waiting);
  }

  private takeAll(answers: readonly Waiting[]): void {
    const now = { ...this.state.clock };
    for (const { message, clock } of answers) {
      this.state.setClock(clock);
      this.dispatch(message);
    }
    this.state.setClock(now);
  }
}
