import type { Command } from 'commander';
import type { Static } from 'typebox';
import { EXIT, SmbError } from '../../../base/error.ts';
import { countOf } from '../../../base/text/figures.ts';
import { type Detection, loadDetection } from '../../../detect/load-detection.ts';
import { type RuleFacts, ruleFacts } from '../../../detect/rule-facts.ts';
import type { RulesAnswer } from '../../../server/contract/rules.ts';
import { addServerOptions, namesServer, type ServerFlags, withApiIfAny } from '../../api-client.ts';
import { addDetectionOptions, type DetectionFlags, detectionOptions, sayErrors } from '../../detection-options.ts';
import { readServerConfiguration } from '../../server-configuration.ts';
import { layOut } from '../../terminal/columns.ts';
import { openOutput, say, terminalWidth } from '../../terminal/output.ts';

interface ListFlags extends DetectionFlags, ServerFlags {
  readonly json?: boolean;
  readonly unsupported?: boolean;
}

/** A rule with what becomes of it. */
type Listed = Omit<RuleFacts, 'type' | 'severity' | 'intervalMs'> & {
  readonly type: string;
  readonly severity: string;
  readonly isOn: boolean;
};

/** Rules, and who says whether they are on. */
interface Listing {
  readonly rules: readonly Listed[];
  /** As the end of a sentence. */
  readonly source: string;
}

/** `smbastion rules list`. */
export function registerRulesList(rules: Command): void {
  const command = addServerOptions(rules.command('list'))
    .description('list the rules with severity, techniques and whether they are on')
    .option('--unsupported', 'list only rules that cannot run, with the reason')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', WHO_SAYS);
  addDetectionOptions(command).action(list);
}

const WHO_SAYS = `
Whether a rule is on is what the server says, or the store of the data folder when none runs: rules can be switched while it runs.
Without either, and with options that change the rules, it is what the configuration says. The list says which.`;

async function list(flags: ListFlags): Promise<void> {
  const { rules, builtIn, enable, disable, only } = flags;
  const changesRules = builtIn === false || [rules, enable, disable, only].some((option) => option !== undefined);
  if (changesRules && flags.server !== undefined) {
    throw new SmbError('USAGE', '--server lists the rules of a server, which options of this command do not change.');
  }
  const isOfServer = namesServer(flags) && !changesRules && !flags.unsupported;
  const detection = isOfServer ? undefined : loadHere(flags);
  const output = openOutput(undefined);
  if (detection && flags.unsupported) {
    const rows = detection.unsupported.map(({ id, type, reason }) => [id, type, reason]);
    output.write(layOut(rows, terminalWidth()));
  } else {
    const asked = changesRules ? undefined : await ask(flags);
    const listing = asked ?? configured(detection!, changesRules);
    if (flags.json) {
      for (const rule of listing.rules) output.write(`${JSON.stringify(documentOf(rule))}\n`);
      say(`On and off ${listing.source}.`);
    } else {
      output.write(textOf(listing, detection?.unsupported.length ?? 0));
    }
  }
  output.close();
  process.exitCode = detection && sayErrors(detection) ? EXIT.usage : EXIT.done;
}

function loadHere(flags: ListFlags): Detection {
  return loadDetection(readServerConfiguration(flags).config, detectionOptions(flags, Date.now()));
}

/** @returns undefined when there is neither a server nor a store */
async function ask(flags: ListFlags): Promise<Listing | undefined> {
  // What is odd in the configuration was said already.
  const asked = await withApiIfAny({ ...flags, quiet: true }, async (api) => {
    const { rules } = await api.get<Static<typeof RulesAnswer>>('/api/v1/rules');
    return { rules, source: `as ${api.where} says` };
  });
  return 'value' in asked ? asked.value : undefined;
}

function configured({ rules, active }: Detection, changesRules: boolean): Listing {
  const on = new Set(active.map(({ id }) => id));
  return {
    rules: rules.map((rule) => ({ ...ruleFacts(rule), isOn: on.has(rule.id) })),
    source: changesRules
      ? 'as the configuration and the options say'
      : 'as the configuration says; no server was found',
  };
}

function textOf({ rules, source }: Listing, unsupported: number): string {
  const rows = rules.map(({ id, isOn, severityVaries, severity, name, threat }) => [
    id,
    isOn ? 'on' : 'off',
    severityVaries ? 'varies' : severity,
    threat.length === 0 ? name : `${name} (${threat.map(({ technique }) => technique).join(' ')})`,
  ]);
  const on = rules.filter(({ isOn }) => isOn).length;
  const more = unsupported > 0 ? `, ${unsupported} that cannot run (--unsupported)` : '';
  return `${layOut(rows, terminalWidth())}\n${countOf(rows.length, 'rule')}, ${on} on ${source}${more}.\n`;
}

function documentOf({ id, uuid, name, version, type, severity, riskScore, isOn, tags, threat, file }: Listed) {
  return { id, uuid, name, version, type, severity, risk_score: riskScore, on: isOn, tags, threat, file };
}
