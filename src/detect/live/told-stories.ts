/**
 * What a live scan has told, so that each thing is told once. An alert's id follows from its events. When the first of them are
 * too old to be kept, the rest of the same story has another id: it is known by its group and its time.
 */
import type { Alert, Term } from '../alert.ts';
import { correlationPlan } from '../correlation/correlation-plan.ts';
import { SEVERITIES } from '../../event/severity.ts';
import type { Rule } from '../rule.ts';
import { ruleReach } from './rule-reach.ts';

/** What is known of a group that was told of. */
interface Story {
  readonly terms: ReadonlyMap<string, string>;
  /** Time of its last event. */
  last: number;
  severity: number;
}

/**
 * How a rule goes on after it spoke. `extends`: as long as events come, it is one alert. `silent`: it says nothing for a
 * while, and then speaks again. `single`: what it finds has no continuation.
 */
type Course = 'extends' | 'silent' | 'single';

/** The alerts and stories of one rule. */
export class ToldStories {
  private readonly reachMs: number;
  private readonly course: Course;
  /** Severity told by alert id, oldest first. */
  private readonly told = new Map<string, number>();
  private stories: Story[] = [];
  private readonly maxAlerts: number;

  /** @param maxAlerts ids remembered; the oldest are forgotten first */
  constructor(rule: Rule, maxAlerts: number) {
    this.reachMs = ruleReach(rule);
    this.course = courseOf(rule);
    this.maxAlerts = maxAlerts;
  }

  /**
   * Takes an alert that was found, and remembers it.
   *
   * @param isNews whether one of its events, or the time that passed, is new; asked only where events were given up
   * @param isCut whether events that may have belonged to it were given up
   * @returns whether it is new, or worse than it was told
   */
  take(alert: Alert, isCut: boolean, isNews: () => boolean): 'new' | 'worse' | undefined {
    const severity = SEVERITIES.indexOf(alert.severity);
    const before = this.told.get(alert.id);
    const story = this.storyOf(alert, before !== undefined || isCut);
    // What goes on is remembered by its end; what falls silent by when it spoke.
    if (story !== undefined && this.course === 'extends') story.last = Math.max(story.last, alert.lastTime);
    const known = before ?? (isCut ? story?.severity : undefined);
    if (known === undefined && isCut && this.course !== 'silent' && !isNews()) return undefined;
    if (known !== undefined && known >= severity) return undefined;
    this.remember(alert.id, severity);
    if (story !== undefined) story.severity = Math.max(story.severity, severity);
    else if (this.course !== 'single') this.stories.push({ terms: termsOf(alert), last: alert.lastTime, severity });
    return known === undefined ? 'new' : 'worse';
  }

  /** Nothing older than this will be found again. */
  forget(before: number): void {
    this.stories = this.stories.filter(({ last }) => !(last + this.reachMs < before));
  }

  private storyOf(alert: Alert, isWanted: boolean): Story | undefined {
    if (this.course === 'single' || !isWanted) return undefined;
    const terms = termsOf(alert);
    const time = this.course === 'silent' ? alert.lastTime : alert.originalTime;
    return this.stories.find((story) => !(time > story.last + this.reachMs) && agrees(story.terms, terms));
  }

  private remember(id: string, severity: number): void {
    if (this.told.size >= this.maxAlerts) this.told.delete(this.told.keys().next().value!);
    this.told.set(id, severity);
  }
}

function courseOf(rule: Rule): Course {
  if (rule.threshold || rule.convergence || rule.newTerms || rule.suppression) return 'extends';
  if (!rule.correlation) return 'single';
  const plan = correlationPlan(rule.correlation.correlation.definition);
  // Windows that are judged at their end follow each other without a pause.
  return typeof plan === 'string' || plan.closes ? 'single' : 'silent';
}

function termsOf({ suppression, group, newTerms, sequence }: Alert): ReadonlyMap<string, string> {
  const terms: readonly Term[] = suppression?.terms ?? group?.terms ?? newTerms ?? sequence?.keys ?? [];
  return new Map(terms.map(({ field, value }) => [field, value.toLowerCase()]));
}

/** Values that only one of them states do not tell them apart: the event that stated them may be gone. */
function agrees(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  for (const [field, value] of one) {
    const own = other.get(field);
    if (own !== undefined && own !== value) return false;
  }
  return true;
}
