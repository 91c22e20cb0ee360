import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { EXIT, SmbError } from '../../../base/error.ts';
import { didYouMean } from '../../../base/suggest.ts';
import { formatBytes } from '../../../base/text/figures.ts';
import { printableLines } from '../../../base/text/printable.ts';
import { wrapColumns } from '../../../base/text/text-width.ts';
import { formatDuration } from '../../../base/time/duration.ts';
import { loadDetection } from '../../../detect/load-detection.ts';
import type { ConvergencePart } from '../../../detect/convergence/convergence-part.ts';
import type { Rule } from '../../../detect/rule.ts';
import { readConfiguration } from '../../configuration.ts';
import { addDetectionOptions, type DetectionFlags, detectionOptions } from '../../detection-options.ts';
import { layOut } from '../../terminal/columns.ts';
import { openOutput, terminalWidth } from '../../terminal/output.ts';
import { translationOption, type TranslationTarget, writeTranslations } from '../../translation.ts';

interface ShowFlags extends DetectionFlags {
  readonly config?: string;
  readonly source?: boolean;
  readonly as?: TranslationTarget;
}

/** `smbastion rules show ID`. */
export function registerRulesShow(rules: Command): void {
  const command = rules
    .command('show')
    .description('show a rule with its query and its investigation guide')
    .argument('<id>', 'id of the rule')
    .option('-c, --config <file>', 'configuration')
    .option('--source', 'print the rule file as it is')
    .addOption(translationOption('--as <engine>').conflicts('source'));
  addDetectionOptions(command).action((id: string, flags: ShowFlags) => {
    const detection = loadDetection(readConfiguration(flags), detectionOptions(flags, Date.now()));
    const rule = detection.rules.find((one) => one.id === id);
    if (!rule) {
      const ids = detection.rules.map((one) => one.id);
      throw new SmbError('RULE-UNKNOWN', `There is no rule "${id}".${didYouMean(id, ids)}`, {
        fix: 'smbastion rules list shows all',
      });
    }
    const output = openOutput(undefined);
    if (flags.as) {
      const conditions = rule.legs.length > 0 ? rule.legs : [{ name: rule.name, predicate: rule.predicate }];
      writeTranslations(conditions, flags.as, { write: output.write, quiet: false });
    } else {
      output.write(flags.source ? readFileSync(rule.file, 'utf8') : describe(rule, Math.min(100, terminalWidth())));
    }
    output.close();
    process.exitCode = EXIT.done;
  });
}

function describe(rule: Rule, width: number): string {
  const facts = [
    ['id', `${rule.id}, version ${rule.version}, ${rule.enabled ? 'on' : 'off'} as the configuration says`],
    ['type', rule.type],
    [
      'severity',
      rule.finding || rule.convergence ? 'by what happened, see below' : `${rule.severity} (${rule.riskScore})`,
    ],
    [
      'runs',
      `every ${formatDuration(rule.intervalMs)} over the last ${formatDuration(rule.lookBackMs)}, at most ${rule.maxSignals} alerts`,
    ],
    ...countFacts(rule),
    ['ATT&CK', rule.threat.map(({ technique, name }) => `${technique} ${name ?? ''}`.trim()).join(', ')],
    ['file', rule.file],
  ];
  const levels = (rule.finding?.levels ?? []).map(({ name, severity, riskScore }) => [
    name,
    `${severity} (${riskScore})`,
  ]);
  const { convergence } = rule;
  const parts = [
    `${rule.name}\n${'='.repeat(rule.name.length)}`,
    wrapAll(rule.description, width),
    layOut(
      facts.map(([name, value]) => [name!, value!]),
      width,
    ).trimEnd(),
    ...(levels.length > 0 ? [`Severity by what happened, weakest proof first:\n${indent(layOut(levels, width))}`] : []),
    ...(convergence
      ? [
          `Severity by what came together, strongest first:\n${indent(layOut(gradeRows(convergence), width))}`,
          legsText(convergence),
        ]
      : []),
    ...(rule.query.trim() === '' ? [] : [`Query\n${indent(rule.query.trim())}`]),
    ...(rule.falsePositives.length > 0
      ? [`Looks like it\n${rule.falsePositives.map((one) => `  - ${one}`).join('\n')}`]
      : []),
    ...(rule.note === '' ? [] : [rule.note.trim()]),
  ];
  return `${printableLines(parts.join('\n\n'))}\n`;
}

/** What a rule that counts counts, with the parameters of the configuration put in. */
function countFacts({ threshold, newTerms, volume, convergence }: Rule): string[][] {
  if (threshold) {
    const distinct = threshold.cardinality.map(({ field, value }) => `${value} different ${field}`).join(' and ');
    const events = `${threshold.value} events within ${formatDuration(threshold.windowMs)}`;
    const groups = threshold.field.length > 0 ? ` for one ${threshold.field.join(' and ')}` : '';
    return [['counts', `${events}${distinct === '' ? '' : ` with ${distinct}`}${groups}`]];
  }
  if (convergence) {
    return [['together', `within ${formatDuration(convergence.windowMs)} for one ${convergence.per.join(' and ')}`]];
  }
  if (volume) {
    const { key, sentBy, atLeast, factor, historyMs } = volume;
    const more = `${formatBytes(atLeast)} a day, and ${factor} times the most of the ${formatDuration(historyMs)} before`;
    return [['volume', `what the ${sentBy} sends for one ${key.join(' and ')}: above ${more}`]];
  }
  if (!newTerms) return [];
  const history = `not seen in the ${formatDuration(newTerms.historyMs)} before`;
  const learns = newTerms.learnMs > 0 ? `; the first ${formatDuration(newTerms.learnMs)} only teach` : '';
  return [['first time', `a combination of ${newTerms.fields.join(' and ')} ${history}${learns}`]];
}

function gradeRows({ grades, legs }: ConvergencePart): string[][] {
  return grades.map((grade) => {
    const names = grade.legs.map((leg) => legs[leg]!.name).join(', ');
    const tied = grade.linked.length > 0 ? `, tied by ${grade.linked.join(' or ')}` : '';
    const hidden = grade.isBuildingBlock ? ', hidden' : '';
    return [grade.name, `${names}${tied}: ${grade.severity} (${grade.riskScore})${hidden}`];
  });
}

/** Each leg with its ways and their queries. */
function legsText({ legs, ways, isOrdered }: ConvergencePart): string {
  const texts = legs.map(({ name, ways: numbers, isSupporting }) => {
    const shown = numbers.map((number) => {
      const { name: way, count, query } = ways[number]!;
      return `  ${way}${count > 1 ? `, ${count} times` : ''}\n${indent(indent(query))}`;
    });
    return `${name}${isSupporting ? ' (ties others together)' : ''}\n${shown.join('\n')}`;
  });
  return `Legs${isOrdered ? ', in this order' : ''}\n${indent(texts.join('\n'))}`;
}

function wrapAll(text: string, width: number): string {
  return wrapColumns(text.replace(/\s+/g, ' ').trim(), width).join('\n');
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  ');
}
