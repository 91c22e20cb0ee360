/**
 * One pass of rules over evidence. `onEvent` runs for every event: it asks the index for candidates, tests them, and
 * allocates nothing unless one matches. Everything else happens at the end.
 */
import { DocumentEvent } from '../../event/document-event.ts';
import { fieldId } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import { cutTests } from '../../query/compile/computed.ts';
import { couldMatch } from '../../query/compile/could-match.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { EventGate } from '../../sources/source.ts';
import type { Alert } from '../alert.ts';
import { AlertBuilder } from '../alerts/alert-builder.ts';
import { AlertLog } from '../alerts/alert-log.ts';
import { groupOf, suppress } from '../alerts/suppression.ts';
import type { ExceptedMember, MemberExceptions } from '../exceptions/member-exceptions.ts';
import type { ExecutorContext, StandingStates } from '../executors/executor.ts';
import { EXECUTORS } from '../executors/executors.ts';
import { isOfSingleEvents, type Rule } from '../rule.ts';
import type { ScanSummary } from '../scan-result.ts';
import { tallyAlerts } from './alert-tally.ts';
import { combinationsReached } from './combinations-reached.ts';
import { CurrentEvent } from './current-event.ts';
import { Dedupe } from './dedupe.ts';
import { type EvidenceCounts, EvidenceTally } from './evidence-tally.ts';
import { KeptDocuments } from './kept-documents.ts';
import { type EngineLimits, engineLimits, LimitLog } from './limits.ts';
import { RuleIndex } from './rule-index.ts';
import { type Job, RuleJobs } from './rule-jobs.ts';
import { type Question, questionsOf } from './rule-predicates.ts';
import { type ExceptionTest, RunningRule } from './running-rule.ts';
import { TemporaryFiles } from './temporary-files.ts';

/** What a scan runs with. */
export interface ScanOptions {
  /** Rules to run; ids are unique. */
  readonly rules: readonly Rule[];
  readonly networks: Networks;
  /** Exceptions of a rule, asked once; undefined when it has none. */
  readonly exceptionsFor?: (rule: Rule) => ExceptionTest | undefined;
  /** Exceptions of a rule over what its events make together, asked once; undefined when it has none. */
  readonly memberExceptionsFor?: (rule: Rule) => MemberExceptions | undefined;
  /** Findings that are asked for of rules of that type, see ExecutorContext; all unless given. */
  readonly findings?: ReadonlySet<string> | undefined;
  /** Findings that go on from before, of one rule of that type. */
  readonly standing?: StandingStates | undefined;
  /** Limits that differ from their defaults. */
  readonly limits?: Partial<EngineLimits>;
  /** False runs every rule on every event, to check the index. */
  readonly useIndex?: boolean;
  /** Folder for temporary files; the system's unless given. */
  readonly temporaryFolder?: string;
}

/** What a scan found; the caller adds files, faults and times to make a ScanResult of it. */
export interface ScanFindings
  extends Pick<
    ScanSummary,
    | 'events'
    | 'datasets'
    | 'firstTime'
    | 'lastTime'
    | 'rules'
    | 'limits'
    | 'alertCount'
    | 'bySeverity'
    | 'timeline'
    | 'topPairs'
  > {
  /** Alerts in order of time and id, silenced ones too; can be walked until {@link close}. */
  readonly alerts: Iterable<Alert>;
  /** Removes temporary files; alerts cannot be walked any more. */
  close(): void;
}

const TIMESTAMP = fieldId('@timestamp');
const DATASET = fieldId('event.dataset');

/** Runs rules over events. */
export class Scan {
  private readonly options: ScanOptions;
  private readonly limits: EngineLimits;
  private readonly limitLog: LimitLog;
  private readonly files: TemporaryFiles;
  private readonly documents: KeptDocuments;
  private readonly log: AlertLog;
  private readonly tally: EvidenceTally;
  private readonly running: readonly RunningRule[];
  private readonly index: RuleIndex<Job>;
  private readonly jobs: readonly Job[];
  private readonly predicates: readonly Predicate[];
  /** Bound once: a closure for each event would be the only thing the hot path allocates. */
  private readonly visit: (job: Job, view: EventView) => void;
  private readonly current: CurrentEvent;
  private readonly cutBefore = cutTests();

  /** @throws REGEX-UNSAFE when a predicate cannot be compiled */
  constructor(options: ScanOptions) {
    this.options = options;
    this.limits = engineLimits(options.limits);
    this.limitLog = new LimitLog(this.limits);
    this.files = new TemporaryFiles(
      this.limits['temporary-bytes'],
      (count) => this.limitLog.reached('temporary-bytes', count),
      options.temporaryFolder,
      this.limits['record-bytes-in-memory'],
    );
    this.current = new CurrentEvent(this.limits['document-chars'], () => this.limitLog.reached('document-chars'));
    this.documents = new KeptDocuments(
      this.limits['documents-in-memory'],
      this.limits['document-chars-in-memory'],
      this.files,
    );
    this.log = this.newLog();
    const dedupe = new Dedupe(this.limits['matches-remembered'], () => this.limitLog.reached('matches-remembered'));
    this.tally = new EvidenceTally(this.limits['datasets-named'], () => this.limitLog.reached('datasets-named'));
    this.running = options.rules.map((rule) => this.start(rule));
    const ruleJobs = new RuleJobs(options.rules.length, this.current, dedupe);
    this.jobs = this.running.flatMap((running, number) => ruleJobs.of(running, number));
    this.predicates = this.jobs.map((job) => job.predicate);
    this.index = new RuleIndex(this.jobs, options.useIndex);
    this.visit = (job, view) => {
      if (job.lastEvent === this.tally.events) return;
      job.lastEvent = this.tally.events;
      job.run(view);
    };
  }

  /** Takes an event; the view is not kept. */
  onEvent(view: EventView): void {
    this.point(view);
    this.index.candidates(view, this.visit);
  }

  /** @returns what another thread has to ask of events, so that it can hand them to {@link onMet} */
  questions(): readonly Question[] {
    const excepted = new Set(this.running.filter(({ silencedBy }) => silencedBy).map(({ rule }) => rule));
    return questionsOf(this.options.rules, (rule) => excepted.has(rule));
  }

  /**
   * Takes an event of which is known which of the {@link questions} it meets.
   *
   * @param isWhole false when the view answers for the fields alone that these questions take
   */
  onMet(view: EventView, met: readonly number[], isWhole: boolean): void {
    this.point(view);
    for (const number of met) {
      const job = this.jobs[number]!;
      if (isWhole) job.run(view);
      else job.take!(view);
    }
  }

  /** Counts events that another thread found to matter to no rule. */
  countUnwanted(counts: EvidenceCounts): void {
    this.tally.addCounts(counts);
  }

  /** Tells sources which kinds of events no rule can match; they are counted and not decoded. */
  gate(): EventGate {
    return {
      admits: (facts) => this.predicates.some((predicate) => couldMatch(predicate, facts)),
      pass: (dataset, time) => this.tally.add(dataset, time),
    };
  }

  /** All events were seen, or the scan was stopped: evaluates what was collected. May be called once. */
  finish(): ScanFindings {
    for (const running of this.running) {
      running.executor.finish();
      for (const executor of running.silenced.values()) executor.finish();
      this.suppressAlerts(running);
    }
    const { byRule, blocksByRule, ...figures } = tallyAlerts(
      this.log,
      this.options.networks,
      this.limits['pairs-counted'],
      () => this.limitLog.reached('pairs-counted'),
    );
    const { events, firstTime, lastTime } = this.tally;
    return {
      ...figures,
      events,
      firstTime,
      lastTime,
      datasets: this.tally.datasets(),
      rules: this.running.map((running) =>
        running.result(byRule.get(running.rule.id) ?? 0, blocksByRule.get(running.rule.id) ?? 0),
      ),
      limits: [...this.limitLog.list(), ...combinationsReached(this.cutBefore)],
      alerts: this.log,
      close: () => this.files.close(),
    };
  }

  private point(view: EventView): void {
    const time = view.get(TIMESTAMP);
    this.current.point(view, typeof time === 'number' ? time : Number.NaN);
    this.tally.add(view.get(DATASET), this.current.time);
  }

  private newLog(): AlertLog {
    return new AlertLog(this.options.rules, this.limits['alerts-in-memory'], this.files);
  }

  private start(rule: Rule): RunningRule {
    // Rules of single events suppress before they make alerts.
    const raw = rule.suppression && !isOfSingleEvents(rule) ? this.newLog() : undefined;
    const build = new AlertBuilder(rule, this.options.networks);
    const ofMembers = this.options.memberExceptionsFor?.(rule);
    let running: RunningRule | undefined;
    const memberExceptions = ofMembers && {
      holdFor: ofMembers.holdFor,
      silencing: (members: readonly ExceptedMember[]) => {
        const id = ofMembers.silencing(members);
        if (id !== undefined && running) running.excepted++;
        return id;
      },
    };
    const makeExecutor = (exceptedBy: string | undefined) => {
      const context: ExecutorContext = {
        rule,
        build,
        networks: this.options.networks,
        exceptedBy,
        // What an exception silences already is not tested again.
        memberExceptions: exceptedBy === undefined ? memberExceptions : undefined,
        emit: (alert) => (alert.exceptedBy === undefined && raw ? raw : this.log).add(alert),
        documents: this.documents,
        files: this.files,
        limits: this.limits,
        onLimit: (name, count) => this.limitLog.reached(name, count),
        onSuppressed: (count) => {
          if (running) running.suppressed += count;
        },
        findings: this.options.findings,
        standing: exceptedBy === undefined ? this.options.standing : undefined,
        firstTime: () => this.tally.firstTime,
        lastTime: () => this.tally.lastTime,
      };
      return EXECUTORS[rule.type](context);
    };
    running = new RunningRule(rule, raw, this.options.exceptionsFor?.(rule), makeExecutor);
    return running;
  }

  private suppressAlerts(running: RunningRule): void {
    const { raw, rule } = running;
    if (!raw || !rule.suppression) return;
    const maxOpen = this.limits['suppression-groups'];
    const { suppression } = rule;
    const view = new DocumentEvent(this.options.networks);
    const result = suppress(raw, {
      suppression,
      maxOpen,
      group: ({ document }) => {
        view.point(document);
        return groupOf(view, suppression) ?? undefined;
      },
      emit: (alert, group) => this.log.add(group ? { ...alert, ...group } : alert),
    });
    running.suppressed = result.suppressed;
    if (result.closedEarly > 0) this.limitLog.reached('suppression-groups', result.closedEarly);
  }
}
