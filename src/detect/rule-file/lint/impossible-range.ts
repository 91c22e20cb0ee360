import { fields } from '../../../event/field.ts';
import type { KqlIs, KqlNode, KqlRange } from '../../../query/kql/ast.ts';
import type { Remarks } from '../../../query/remarks.ts';
import { type QueryLint, walkKql } from './query-lint.ts';

/** Numbers that every event has once at most; two tests of one of these speak of the same value. */
function numberField(name: string): boolean {
  const type = fields.find(name)?.type;
  return type === 'long' || type === 'double';
}

/** What is left of a number's line: from `low` to `high`, each end in or out. */
interface Interval {
  low: number;
  high: number;
  lowOut: boolean;
  highOut: boolean;
}

/** Tests that no number can pass: ports above 65535, and ranges that leave nothing when taken together. */
export const lintImpossibleRange: QueryLint = ({ ast, remarks }) => {
  walkKql(ast, (node) => {
    if (node.kind === 'is' || node.kind === 'range') lintPort(node, remarks);
    else if (node.kind === 'and') lintTogether(node.parts, remarks);
  });
};

function lintPort(node: KqlIs | KqlRange, remarks: Remarks): void {
  const value = numberOf(node);
  if (node.field?.kind !== 'literal' || !node.field.value.endsWith('.port') || value === undefined) return;
  const interval = intervalOf(node, value);
  if (interval.low <= 65_535 && interval.high >= 0 && !(interval.low === 65_535 && interval.lowOut)) return;
  remarks.add('LINT-NEVER', `ports go from 0 to 65535, so no ${node.field.value} passes this test`, node.value);
}

function lintTogether(parts: readonly KqlNode[], remarks: Remarks): void {
  const byField = new Map<string, Interval>();
  for (const node of parts) {
    if ((node.kind !== 'is' && node.kind !== 'range') || node.field?.kind !== 'literal') continue;
    const name = node.field.value;
    const value = numberOf(node);
    if (value === undefined || !numberField(name)) continue;
    const left = meet(
      byField.get(name) ?? { low: -Infinity, high: Infinity, lowOut: false, highOut: false },
      intervalOf(node, value),
    );
    byField.set(name, left);
    if (left.low > left.high || (left.low === left.high && (left.lowOut || left.highOut))) {
      remarks.add('LINT-NEVER', `no ${name} passes this test and the one before it at the same time`, node);
      byField.delete(name);
    }
  }
}

function meet(a: Interval, b: Interval): Interval {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return {
    low,
    high,
    lowOut: (a.low === low && a.lowOut) || (b.low === low && b.lowOut),
    highOut: (a.high === high && a.highOut) || (b.high === high && b.highOut),
  };
}

function intervalOf(node: KqlIs | KqlRange, value: number): Interval {
  const op = node.kind === 'range' ? node.op : ':';
  const isLow = op === '>' || op === '>=' || op === ':';
  const isHigh = op === '<' || op === '<=' || op === ':';
  return { low: isLow ? value : -Infinity, high: isHigh ? value : Infinity, lowOut: op === '>', highOut: op === '<' };
}

function numberOf(node: KqlIs | KqlRange): number | undefined {
  const { value } = node;
  if (value.kind !== 'literal' || typeof value.value !== 'string' || value.value.trim() === '') return undefined;
  const number = Number(value.value);
  return Number.isFinite(number) ? number : undefined;
}
