/**
 * When rules run. Each has an interval and a place in it that follows from its id, so that rules are spread over time in the
 * same way after a restart. No rule runs twice at once, and only a few run together. A rule that is behind runs again as
 * soon as the others that are due have had their turn.
 */
import type { DeskStore } from '../../store/desk-store.ts';
import type { RuleGap } from '../../store/run-store.ts';
import type { Rule } from '../rule.ts';
import { hash53 } from '../scan/text-hash.ts';
import { RuleRunner, type RunnerOptions } from './rule-runner.ts';

/** Rules that run at the same time: the store works with all processors for each of them. */
const AT_ONCE = 2;
/** How often is looked which rules are due. */
const TICK_MS = 1_000;
/** Runs are kept so long. */
const KEEP_RUNS_MS = 30 * 86_400_000;
const FORGET_EVERY_MS = 3_600_000;

/** What a schedule works with. */
export interface ScheduleOptions extends RunnerOptions {
  /** All rules; those that are on by themselves, or that somebody switched on, run. */
  readonly rules: readonly Rule[];
  /** Ids of the rules that are on unless somebody says otherwise. */
  readonly active: ReadonlySet<string>;
  readonly desk: DeskStore;
}

/** A rule on the schedule. */
interface Entry {
  readonly rule: Rule;
  isOn: boolean;
  nextMs: number;
  /** The run that goes on. */
  running: Promise<unknown> | undefined;
  /** Position up to which it has looked, as far as is known here. */
  seen: number;
}

/** How a rule stands on the schedule. */
export interface ScheduledRule {
  readonly rule: Rule;
  readonly isOn: boolean;
  readonly isRunning: boolean;
  /** Milliseconds since 1970. */
  readonly nextMs: number;
}

/** See the head of this file. */
export class Schedule {
  readonly name = 'schedule';
  readonly runner: RuleRunner;
  private readonly options: ScheduleOptions;
  private readonly entries: ReadonlyMap<string, Entry>;
  private timer: NodeJS.Timeout | undefined;
  /** Settles when what goes on at this moment has ended. */
  private ticking: Promise<void> = Promise.resolve();
  private isStopping = false;
  private forgotMs = 0;
  private loaded: Promise<void> | undefined;

  constructor(options: ScheduleOptions) {
    this.options = options;
    this.runner = new RuleRunner(options);
    this.entries = new Map(
      options.rules.map((rule) => [
        rule.id,
        { rule, isOn: options.active.has(rule.id), nextMs: 0, running: undefined, seen: -1 },
      ]),
    );
  }

  /** Begins; every rule that is on runs once right away. */
  async start(): Promise<void> {
    await this.load();
    this.isStopping = false;
    const tick = () => {
      this.ticking = this.tick()
        .catch((error: unknown) => {
          this.options.onError?.(undefined, error);
          return false;
        })
        .then((isBehind) => {
          if (!this.isStopping) this.timer = setTimeout(tick, isBehind ? 0 : TICK_MS);
        });
    };
    this.timer = setTimeout(tick, 0);
  }

  /** Ends: no further run begins, and those that go on are waited for. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.ticking;
    await Promise.allSettled([...this.entries.values()].map(({ running }) => running));
  }

  /**
   * Runs the rules that are due, each once.
   *
   * @returns whether a rule is due again at once, because it has more to look at than one run takes
   */
  async tick(): Promise<boolean> {
    await this.load();
    const now = this.options.now();
    const due = [...this.entries.values()]
      .filter((entry) => entry.isOn && entry.running === undefined && isDue(entry, now))
      .sort((one, other) => one.nextMs - other.nextMs);
    const behind = await this.runAll(due);
    // A time that lies ahead was set by a clock that was put back since.
    if (now - this.forgotMs >= FORGET_EVERY_MS || now < this.forgotMs) {
      this.forgotMs = now;
      await this.options.store.runs.forget(now - KEEP_RUNS_MS);
    }
    return behind.length > 0;
  }

  /** Runs every rule that is on, whether it is due or not, until all is looked at; such as after evidence was loaded. */
  async runNow(): Promise<void> {
    await this.load();
    let entries = [...this.entries.values()].filter(({ isOn }) => isOn);
    while (entries.length > 0 && !this.isStopping) entries = await this.runAll(entries);
  }

  /** @returns all rules as they stand */
  async rules(): Promise<readonly ScheduledRule[]> {
    await this.load();
    return [...this.entries.values()].map(({ rule, isOn, running, nextMs }) => {
      return { rule, isOn, isRunning: running !== undefined, nextMs };
    });
  }

  /** @returns the rules that are on, by themselves or because somebody switched them on */
  async active(): Promise<readonly Rule[]> {
    return (await this.rules()).filter(({ isOn }) => isOn).map(({ rule }) => rule);
  }

  /**
   * Switches a rule on or off, for good. What is stored while a rule is off becomes a gap when it is switched on.
   *
   * @returns the gap, if there is one
   */
  async switch(rule: Rule, isOn: boolean, by: string): Promise<RuleGap | undefined> {
    await this.load();
    const entry = this.entries.get(rule.id)!;
    const wasOn = entry.isOn;
    const atMs = this.options.now();
    await this.options.desk.put(
      { kind: 'rule-setting', id: rule.id, document: { enabled: isOn }, by, atMs },
      { atMs, by, action: isOn ? 'rule.enable' : 'rule.disable', details: { rule: rule.id } },
    );
    entry.isOn = isOn;
    if (!isOn || wasOn) return undefined;
    const gap = await this.alone(rule, () => this.runner.skip(rule, 'the rule was switched off'));
    entry.seen = -1;
    entry.nextMs = 0;
    return gap;
  }

  /** Does something with a rule while it does not run. */
  async alone<T>(rule: Rule, work: () => Promise<T>): Promise<T> {
    const entry = this.entries.get(rule.id)!;
    while (entry.running) await entry.running.catch(() => undefined);
    const running = work();
    entry.running = running;
    try {
      return await running;
    } finally {
      entry.running = undefined;
    }
  }

  /** What people switched is read once; whoever asks in the meantime waits for it. */
  private load(): Promise<void> {
    return (this.loaded ??= this.readSwitches().catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    }));
  }

  private async readSwitches(): Promise<void> {
    for (const { id, document } of await this.options.desk.list('rule-setting')) {
      const entry = this.entries.get(id);
      if (entry) entry.isOn = document['enabled'] === true;
    }
  }

  /** @returns those that are behind */
  private async runAll(entries: readonly Entry[]): Promise<Entry[]> {
    const queue = [...entries];
    const behind: Entry[] = [];
    const work = async () => {
      for (let entry = queue.shift(); entry && !this.isStopping; entry = queue.shift()) {
        if (!(await this.runOne(entry)) || !entry.isOn) continue;
        entry.nextMs = this.options.now();
        behind.push(entry);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return behind;
  }

  /** @returns whether there is more to look at right away */
  private async runOne(entry: Entry): Promise<boolean> {
    const { rule } = entry;
    entry.nextMs = nextTime(rule, this.options.now());
    const position = await this.options.store.events.position();
    if (position === entry.seen) return false;
    try {
      const result = await this.alone(rule, () => this.runner.run(rule));
      const isDone = !result || (result.run.toPosition >= position && result.run.overflow === 0);
      entry.seen = isDone ? position : -1;
      return (
        result?.isBehind === true && result.run.status !== 'failed' && result.run.toPosition > result.run.afterPosition
      );
    } catch (error) {
      // What was found could not be written; the memory of the rule stands where it stood.
      entry.seen = -1;
      this.options.onError?.(rule, error);
      return false;
    }
  }
}

/** A time that is further off than the rule's interval was set by a clock that was wrong, and was put back since. */
function isDue({ nextMs, rule }: Entry, nowMs: number): boolean {
  return nextMs <= nowMs || nextMs > nowMs + rule.intervalMs;
}

/** The next time of a rule: its own place in its interval. */
function nextTime({ id, intervalMs }: Rule, nowMs: number): number {
  const place = hash53(id) % intervalMs;
  const next = Math.floor((nowMs - place) / intervalMs) * intervalMs + place + intervalMs;
  return next;
}
