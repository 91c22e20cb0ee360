import { fields } from '../../../event/field.ts';
import { type QueryLint, requiredFields, walkKql } from './query-lint.ts';

/** Fields with long values in every event of their kind. */
const HUGE = new Set([
  'message',
  'event.original',
  'log.original',
  'process.command_line',
  'powershell.file.script_block_text',
]);

/** A test on one of these means that only few events are looked into. */
const NARROWING = [
  'event.code',
  'event.action',
  'event.dataset',
  'event.category',
  'winlog.event_id',
  'winlog.channel',
];

/** A pattern that starts with `*` reads every value from end to end; on long fields of all events that is slow. */
export const lintLeadingStar: QueryLint = ({ ast, given, hasDatasets, remarks }) => {
  const required = requiredFields(ast);
  if (hasDatasets || NARROWING.some((name) => required.has(name) || given.has(name))) return;
  walkKql(ast, (node) => {
    if (node.kind !== 'is' || node.field?.kind !== 'literal' || node.value.kind !== 'wildcard') return;
    const [first] = node.value.parts;
    if (first?.kind !== 'star' || node.value.parts.length === 1) return;
    const name = node.field.value;
    const field = fields.find(name);
    if (!HUGE.has(name) && field?.type !== 'text' && field?.type !== 'wildcard') return;
    const message = `a pattern that starts with * reads every ${name} of every event; narrow the events first, with event.code, event.category or datasets`;
    remarks.add('LINT-LEADING-STAR', message, node.value);
  });
};
