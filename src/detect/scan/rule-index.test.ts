import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainEvent, selective, show, view } from '../../../test/tools/arbitrary-predicates.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { fields } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { and, type Predicate } from '../../query/predicate.ts';
import { type IndexedJob, RuleIndex } from './rule-index.ts';

interface TestJob extends IndexedJob<TestJob> {
  readonly name?: string;
}

const NETWORKS = new Networks();
const equals = (field: string, value: string, fold = false): Predicate => {
  return { kind: 'equals', field: fields.get(field), value, fold };
};

test('every job that matches is a candidate, however many share a value', () => {
  let few = 0;
  fc.assert(
    fc.property(
      fc.array(selective, { minLength: 10, maxLength: 60 }),
      fc.array(plainEvent, { minLength: 5 }),
      (list, events) => {
        // Every second one is about the same user, so that plans stand behind plans.
        const jobs = list.map(
          (part, i): TestJob => ({ predicate: i % 2 ? part : and([equals('user.name', 'ab'), part]) }),
        );
        const index = new RuleIndex(jobs);
        for (const plain of events) {
          show(plain);
          const candidates = new Set<TestJob>();
          index.candidates(view, (job) => candidates.add(job));
          const matching = jobs.filter(({ predicate }) => compileMatcher(predicate)(view));
          for (const job of matching) expect(candidates).toContain(job);
          if (candidates.size < jobs.length) few++;
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(few).toBeGreaterThan(500);
});

/** Jobs of that many rules over process starts, each with a program and words of its own. */
function processJobs(count: number): TestJob[] {
  return Array.from({ length: count }, (_, i) => {
    const query = `event.code:1 and winlog.channel:"Microsoft-Windows-Sysmon/Operational" and
      process.executable:(*\\\\cmd.exe or *\\\\powershell.exe) and process.command_line:(*tool-${i}-arg* or *word${i}word*)`;
    return { predicate: compileKql({ file: 'q', text: query }, { now: 0 }).predicate };
  });
}

const processStart = (commandLine: string) =>
  new DocumentEvent(NETWORKS, {
    event: { code: '1', dataset: 'windows.sysmon_operational' },
    winlog: { channel: 'Microsoft-Windows-Sysmon/Operational' },
    process: { executable: 'C:\\Windows\\System32\\cmd.exe', command_line: commandLine },
  });

test('thousands of rules over one kind of event are told apart by their texts', () => {
  const jobs = processJobs(2000);
  const index = new RuleIndex(jobs);
  const found: TestJob[] = [];
  index.candidates(processStart('cmd /c dir'), (job) => found.push(job));
  expect(found).toEqual([]);
  index.candidates(processStart('cmd /c TOOL-77-arg'), (job) => found.push(job));
  expect(found).toEqual([jobs[77]]);
});
