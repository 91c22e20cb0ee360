import { fields } from '../../../event/field.ts';
import { type QueryLint, walkKql } from './query-lint.ts';

/** A star in quotes is an ordinary star, and hardly any value holds one. */
export const lintQuotedStar: QueryLint = ({ ast, remarks }) => {
  walkKql(ast, (node) => {
    if (node.kind !== 'is' || !node.quoted || node.field?.kind !== 'literal') return;
    const { value } = node.value.kind === 'literal' ? node.value : { value: '' };
    const type = fields.find(node.field.value)?.type;
    if (typeof value !== 'string' || !value.includes('*') || (type !== 'keyword' && type !== 'wildcard')) return;
    remarks.add('LINT-QUOTED-STAR', 'a * in quotes is an ordinary star; a pattern stands without quotes', node.value);
  });
};
