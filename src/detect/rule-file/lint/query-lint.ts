/** What a check of queries is: a look at the tree of a query that parses, and remarks with places. */
import type { KqlNode } from '../../../query/kql/ast.ts';
import type { Remarks } from '../../../query/remarks.ts';

/** What a check may ask about. */
export interface QueryToLint {
  /** The tree of KQL, or one of the same shape. */
  readonly ast: KqlNode;
  /** In which the query is written, for what messages advise. */
  readonly language: 'kql' | 'eql';
  readonly remarks: Remarks;
  /** Fields that the rest of the rule already demands, such as those the main query tests. */
  readonly given: ReadonlySet<string>;
  /** Whether the rule names the datasets it looks at. */
  readonly hasDatasets: boolean;
  /** Datasets the sources can give, with `*` for the rest of a family; undefined: not known. */
  readonly knownDatasets: readonly string[] | undefined;
}

/** One check. */
export type QueryLint = (query: QueryToLint) => void;

/** Calls back for every node, the outer before the inner ones. */
export function walkKql(node: KqlNode, visit: (node: KqlNode) => void): void {
  visit(node);
  if (node.kind === 'and' || node.kind === 'or') for (const part of node.parts) walkKql(part, visit);
  else if (node.kind === 'not') walkKql(node.part, visit);
  else if (node.kind === 'nested') walkKql(node.query, visit);
}

/**
 * @returns fields that must be present for the node to be true
 */
export function requiredFields(node: KqlNode): ReadonlySet<string> {
  switch (node.kind) {
    case 'is':
    case 'range':
      return new Set(node.field?.kind === 'literal' ? [node.field.value] : []);
    case 'and':
      return new Set(node.parts.flatMap((part) => [...requiredFields(part)]));
    case 'or': {
      const [first, ...others] = node.parts.map(requiredFields);
      return new Set([...(first ?? [])].filter((field) => others.every((other) => other.has(field))));
    }
    default:
      return new Set();
  }
}
