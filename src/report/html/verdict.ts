/** The answer in plain words, for a reader who opens nothing else. Every figure in it stands in the report below. */
import type { ScanSummary } from '../../detect/scan-result.ts';
import { blindSpots } from '../blind-spots.ts';
import { countOf, formatCount, formatRange, listOf } from '../../base/text/figures.ts';
import type { RuleGroup } from '../rule-groups.ts';
import type { FlowOverview } from './flow-overview.ts';
import { html, type Safe } from './safe.ts';

/** Longest sentence taken over from a rule's description. */
const SENTENCE_LENGTH = 260;
/** Longest name of a rule or machine in a sentence; the tables below hold them whole. */
const NAME_LENGTH = 80;

/** @returns one or two paragraphs */
export function verdict(summary: ScanSummary, groups: readonly RuleGroup[], flows: FlowOverview): Safe {
  const sentences = summary.alertCount === 0 ? nothing(summary) : something(summary, groups, flows);
  return html`<p class="lead">${sentences.join(' ')}</p><p class="lead">${caveat(summary)}</p>`;
}

function nothing(summary: ScanSummary): string[] {
  if (summary.rules.length === 0 || summary.events === 0) return ['Nothing can be said about this evidence.'];
  const range = formatRange(summary.firstTime, summary.lastTime);
  return [
    `No rule found anything to report. ${countOf(summary.rules.length, 'rule')} looked at`,
    `${countOf(summary.events, 'event')}${range === '' ? '' : ` recorded ${range}`}.`,
  ];
}

function something(summary: ScanSummary, groups: readonly RuleGroup[], flows: FlowOverview): string[] {
  const { critical, high } = summary.bySeverity;
  const urgent = critical + high;
  const kinds = [critical > 0 && `${formatCount(critical)} critical`, high > 0 && `${formatCount(high)} high`];
  const needs =
    urgent === 0
      ? 'None of them is high or critical.'
      : `${listOf(kinds.filter((kind) => kind !== false))} should be looked at first.`;
  const sentences = [
    `The evidence shows ${countOf(summary.alertCount, 'finding')} about SMB, the protocol of Windows file sharing.`,
    needs,
  ];
  const worst = groups[0];
  if (worst) {
    sentences.push(
      `The most serious ${worst.count === 1 ? 'one comes' : 'ones come'} from “${shortName(worst.rule.name)}” (${countOf(worst.count, 'finding')}).`,
      firstSentence(worst.rule.description),
    );
  }
  sentences.push(...internetSentence(flows));
  const pair = summary.topPairs[0];
  if (pair && pair.alerts > 1) {
    sentences.push(
      `Most often involved: ${shortName(pair.client)} connecting to ${shortName(pair.server)} (${countOf(pair.alerts, 'finding')}).`,
    );
  }
  return sentences.filter((sentence) => sentence !== '');
}

function shortName(name: string): string {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name;
}

function internetSentence(flows: FlowOverview): string[] {
  const out = flows.count('egress');
  if (out === 0) return [];
  const moved = flows.count('egress', ['moved']);
  const stopped = flows.count('egress', ['refused', 'attempted']);
  const parts = [
    moved > 0 && `data moved in ${formatCount(moved)}`,
    stopped > 0 && `${formatCount(stopped)} got no further than an attempt`,
  ].filter((part) => part !== false);
  return [
    `${countOf(out, 'finding concerns', 'findings concern')} SMB that leaves the network for the Internet${parts.length > 0 ? `: ${listOf(parts)}` : ''}.`,
  ];
}

function caveat(summary: ScanSummary): Safe {
  const spots = blindSpots(summary);
  if (spots.length === 0)
    return html`All evidence that was named could be read. What it does not record, this report cannot know.`;
  const remark = countOf(spots.length, 'remark');
  return html`The answer is not complete: <a href="#unseen">${remark} on what could not be seen</a>.`;
}

/** @returns the text up to its first full stop, empty when that is too long to be one */
export function firstSentence(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const end = flat.search(/[.!?](?= |$)/);
  const sentence = end < 0 ? flat : flat.slice(0, end + 1);
  return sentence.length <= SENTENCE_LENGTH ? sentence : '';
}
