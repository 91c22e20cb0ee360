/** Runs a rule over its own examples: the proof that it can fire, and that it does not fire on the near miss. */
import { isAssumption } from '../base/fault.ts';
import { type Config, configToNetworks } from '../config/config.ts';
import { readAll } from '../sources/input/read-all.ts';
import { sources } from '../sources/registry.ts';
import type { Rule, RuleExample } from './rule.ts';
import { Scan } from './scan/scan.ts';

/** What became of one example. */
export interface ExampleResult {
  readonly rule: Rule;
  readonly example: RuleExample;
  readonly passed: boolean;
  /** Alerts the rule raised. */
  readonly alerts: number;
  /** What stood in the way, in words: faults, files that were not read. */
  readonly problems: readonly string[];
}

/**
 * Runs one example the way a user's files go: format by content, source, engine.
 *
 * @param config networks and roles the example assumes
 */
export async function runExample(rule: Rule, example: RuleExample, config: Config): Promise<ExampleResult> {
  const networks = configToNetworks(config);
  const scan = new Scan({ rules: [rule], networks });
  const reading = await readAll(example.events, {
    sources: sources.all,
    networks,
    settings: config.sources,
    sink: (event) => scan.onEvent(event),
    gate: scan.gate(),
    isStopped: () => false,
    progress: () => {},
  });
  const findings = scan.finish();
  // Counted here: the summary's number leaves out weak signs that only feed other rules.
  const alerts = [...findings.alerts].length;
  findings.close();
  const problems = [
    ...reading.files.flatMap(({ file, problem }) => (problem === undefined ? [] : [`${file}: ${problem}`])),
    ...reading.faults
      .list()
      .filter((group) => !isAssumption(group))
      .map(({ samples }) => samples[0]!.message),
    ...(reading.events === 0 ? ['the example holds no event'] : []),
  ];
  return { rule, example, alerts, problems, passed: problems.length === 0 && alerts > 0 === example.fires };
}
