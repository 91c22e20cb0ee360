import { fields } from '../../../event/field.ts';
import type { KqlNode } from '../../../query/kql/ast.ts';
import { isLoneStar } from '../../../query/kql/ast.ts';
import { type QueryLint, requiredFields, walkKql } from './query-lint.ts';

/**
 * Fields whose absence is an answer of its own: marks that are set when something is so, and facts that every event of
 * the kind has.
 */
const ABSENCE_IS_CLEAR = new Set([
  '@timestamp',
  'event.dataset',
  'event.category',
  'event.kind',
  'event.type',
  'tags',
  'file.extension',
  'smb.repairs',
  'smb.joined',
  'smb.flow.evidence',
  'smb.flow.outcome',
  'smb.client.role',
  'smb.server.role',
  'smb.auth.anonymous',
  'smb.auth.guest',
  'user.is_machine',
  'user.is_own_machine',
]);

/** Fields that are there whenever another one is, because they are derived from it. */
const COMES_WITH: Readonly<Record<string, readonly string[]>> = {
  'smb.share.path': ['smb.share.name', 'smb.share.admin'],
  'smb.file.path': ['file.name'],
};

/** `not f:x` is true for events without the field, which is often not meant. */
export const lintAbsentField: QueryLint = ({ ast, language, given, remarks }) => {
  visit(ast, given);

  function visit(node: KqlNode, known: ReadonlySet<string>): void {
    switch (node.kind) {
      case 'and': {
        const required = [...requiredFields(node)];
        const here = new Set([...known, ...required, ...required.flatMap((name) => COMES_WITH[name] ?? [])]);
        for (const part of node.parts) visit(part, here);
        return;
      }
      case 'or': {
        // `not f:x or not f:*` says outright that absence counts.
        const spelled = node.parts.flatMap((part) => (part.kind === 'not' ? absentFields(part.part) : []));
        for (const part of node.parts) visit(part, new Set([...known, ...spelled]));
        return;
      }
      case 'not':
        check(node.part, known);
        return;
      default:
        return;
    }
  }

  function check(part: KqlNode, known: ReadonlySet<string>): void {
    walkKql(part, (node) => {
      if ((node.kind !== 'is' && node.kind !== 'range') || node.field?.kind !== 'literal') return;
      if (node.kind === 'is' && isLoneStar(node.value)) return;
      const name = node.field.value;
      if (known.has(name) || ABSENCE_IS_CLEAR.has(name) || fields.find(name)?.type === 'boolean') return;
      if (requiredFields(part).size > 1 && !requiredFields(part).has(name)) return;
      const message =
        language === 'eql'
          ? `this is also true for events without ${name}; add ${name} != null if it must be there, or "or ${name} == null" to say that it need not`
          : `"not" is also true for events without ${name}; add ${name}:* if it must be there, or "or not ${name}:*" to say that it need not`;
      remarks.add('LINT-ABSENT', message, node.field);
    });
  }
};

function absentFields(node: KqlNode): string[] {
  return node.kind === 'is' && isLoneStar(node.value) && node.field?.kind === 'literal' ? [node.field.value] : [];
}
