import type { RuleGap } from '../../store/run-store.ts';
import type { Rule } from '../rule.ts';
import type { RuleRunner } from './rule-runner.ts';
import type { RunResult, RunWindow } from './run-given.ts';

/** What looking at old events anew came to. */
export interface BackfillResult {
  readonly runs: number;
  readonly matches: number;
  readonly alertsNew: number;
  readonly alertsUpdated: number;
  /** Gaps that are filled now. */
  readonly filled: readonly string[];
  /** What could not be looked at, and why. */
  readonly left: readonly string[];
}

/**
 * Fills gaps. Alerts have the ids they would have had then.
 *
 * @param gaps gaps of the rule that are open
 */
export async function fillGaps(runner: RuleRunner, rule: Rule, gaps: readonly RuleGap[]): Promise<BackfillResult> {
  const sum = new BackfillSum();
  for (const { id, afterPosition, toPosition } of gaps) {
    const isWhole = await sum.take(runner, rule, { afterPosition, toPosition }, [id], halfPositions);
    if (isWhole) sum.filled.push(id);
  }
  return sum;
}

/**
 * Looks at a stretch of event time anew, such as with a rule that was new or changed after it.
 *
 * @param fromMs first time
 * @param beforeMs time before which events lie
 */
export async function fillTime(
  runner: RuleRunner,
  rule: Rule,
  fromMs: number,
  beforeMs: number,
): Promise<BackfillResult> {
  const sum = new BackfillSum();
  await sum.take(runner, rule, { fromMs, beforeMs }, [], halfTime);
  return sum;
}

class BackfillSum implements BackfillResult {
  runs = 0;
  matches = 0;
  alertsNew = 0;
  alertsUpdated = 0;
  readonly filled: string[] = [];
  readonly left: string[] = [];

  /** @returns whether all of the window was looked at; one with too many events is halved */
  async take(
    runner: RuleRunner,
    rule: Rule,
    window: RunWindow,
    fills: readonly string[],
    half: (window: RunWindow) => readonly [RunWindow, RunWindow] | undefined,
  ): Promise<boolean> {
    const result = await runner.again(rule, window, fills);
    if (!result) return true;
    if (result.run.status !== 'partial' || result.run.candidates > 0) {
      this.add(result);
      return true;
    }
    const halves = half(window);
    if (!halves) {
      this.left.push(`${JSON.stringify(window)}: ${result.run.reason ?? ''}`);
      return false;
    }
    const first = await this.take(runner, rule, halves[0], [], half);
    return (await this.take(runner, rule, halves[1], first ? fills : [], half)) && first;
  }

  private add({ run }: RunResult): void {
    this.runs++;
    this.matches += run.matches;
    this.alertsNew += run.alertsNew;
    this.alertsUpdated += run.alertsUpdated;
  }
}

function halfPositions({ afterPosition = 0, toPosition = 0 }: RunWindow): readonly [RunWindow, RunWindow] | undefined {
  const middle = Math.floor((afterPosition + toPosition) / 2);
  if (middle <= afterPosition) return undefined;
  return [
    { afterPosition, toPosition: middle },
    { afterPosition: middle, toPosition },
  ];
}

function halfTime({ fromMs = 0, beforeMs = 0 }: RunWindow): readonly [RunWindow, RunWindow] | undefined {
  const middle = Math.floor((fromMs + beforeMs) / 2);
  if (middle <= fromMs) return undefined;
  return [
    { fromMs, beforeMs: middle },
    { fromMs: middle, beforeMs },
  ];
}
