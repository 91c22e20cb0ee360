import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readEvidence } from '../../../test/rules/scan-evidence.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { fieldId } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import { loadDetection } from '../load-detection.ts';
import type { ExceptionTest } from '../scan/running-rule.ts';
import { Scan } from '../scan/scan.ts';
import { EventReceiver, EventSender } from './handed-event.ts';

const EXAMPLES = new URL('../../../content/rules/examples/', import.meta.url);
const rules = loadDetection(DEFAULT_CONFIG, { now: 0 }).active;
const networks = new Networks();

const evidence = readdirSync(EXAMPLES)
  .filter((name) => /\.(log|jsonl|evtx\.gz)$/.test(name))
  .map((name) => {
    const bytes = readFileSync(new URL(name, EXAMPLES));
    return { name, text: name.endsWith('.gz') ? gunzipSync(bytes) : bytes };
  });

/** Every event of the rules' examples, in order. */
const eachEvent = (visit: (event: EventView) => void) => readEvidence(evidence, networks, visit);

function scanOf(exceptionsFor: () => ExceptionTest | undefined): Scan {
  return new Scan({ rules, networks, exceptionsFor });
}

function foundBy(scan: Scan) {
  const { alerts, rules: results, close, ...figures } = scan.finish();
  const found = { alerts: [...alerts], results: results.map(({ rule, ...result }) => [rule.id, result]), figures };
  close();
  return found;
}

/** Takes all of it to the other thread and back. @returns what is found there, and the lines */
function handedOver(exceptionsFor: () => ExceptionTest | undefined): {
  found: ReturnType<typeof foundBy>;
  lines: string[];
} {
  const scan = scanOf(exceptionsFor);
  const questions = scan.questions();
  const sender = new EventSender(questions);
  const receiver = new EventReceiver(scan, questions, networks);
  const lines: string[] = [];
  eachEvent((event) => {
    const line = sender.lineOf(event);
    if (line === undefined) {
      const time = event.get(TIMESTAMP) as number;
      const datasets = [{ dataset: String(event.get(DATASET)), events: 1 }];
      scan.countUnwanted({ datasets, firstTime: time, lastTime: time });
    } else {
      lines.push(line);
      receiver.take(line);
    }
  });
  return { found: foundBy(scan), lines };
}

const [TIMESTAMP, DATASET] = [fieldId('@timestamp'), fieldId('event.dataset')];

/** An exception that may look at any field. */
const silencesPsExec: ExceptionTest = (view) =>
  JSON.stringify(view.document()).includes('PSEXESVC') ? { id: 'e' } : undefined;

test.each([
  ['no exceptions', () => undefined],
  ['an exception to every rule', () => silencesPsExec],
])('rules find the same in what another thread hands on: %s', (_, exceptionsFor) => {
  const scan = scanOf(exceptionsFor);
  eachEvent((event) => scan.onEvent(event));
  const here = foundBy(scan);
  expect(here.alerts.length).toBeGreaterThan(50);
  expect(handedOver(exceptionsFor).found).toEqual(here);
});

/** Whether a line holds values in place of a document. */
const isPart = (line: string) => Array.isArray((JSON.parse(line) as unknown[])[3]);

test('of an event that only legs want goes what the legs take, unless exceptions look at it', () => {
  const withoutExceptions = handedOver(() => undefined).lines.filter(isPart).length;
  expect(withoutExceptions).toBeGreaterThan(20);
  // Those that only show what is collected have no exceptions.
  const { lines } = handedOver(() => () => undefined);
  expect(lines.filter(isPart).length).toBeLessThan(withoutExceptions / 2);
});

test('an event that was handed on is not handed on again', () => {
  const sender = new EventSender(scanOf(() => undefined).questions());
  let isFound = false;
  eachEvent((event) => {
    if (!isFound && sender.lineOf(event) !== undefined) {
      expect(sender.lineOf(event)).toBeUndefined();
      sender.forget();
      expect(sender.lineOf(event)).toBeDefined();
      isFound = true;
    }
  });
  expect(isFound).toBe(true);
});
