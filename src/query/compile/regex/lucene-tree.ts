import { ANY, type CodeRange, type RegexAnchor, type RegexNode } from './regex-node.ts';

/** An expression over whole texts, without places of no width. */
export interface LuceneTree {
  readonly node: RegexNode;
  /** False when a place was left out that the expression needed, so that more texts fit. */
  readonly isExact: boolean;
}

/** What stands beside a part: any text (a search), the end of the text, or more of the expression. */
type Side = 'open' | 'edge' | 'inner';

const ANY_TEXT: RegexNode = {
  kind: 'repeat',
  part: { kind: 'set', ranges: ANY },
  min: 0,
  max: Number.POSITIVE_INFINITY,
};
const NEWLINE: CodeRange = [10, 10];

/**
 * Lucene's expressions always fit the whole text and know no `^`, `$` or `\b`. A search gets any text around it; places at
 * the ends become what they mean, others are left out, which only lets more texts fit.
 *
 * @param node the tree
 * @param mode what the expression has to fit
 */
export function luceneTree(node: RegexNode, mode: 'search' | 'full'): LuceneTree {
  const side = mode === 'search' ? 'open' : 'edge';
  const anchors = new AnchorRemoval();
  const whole = anchors.remove(node, side, side);
  return { node: whole, isExact: anchors.isExact };
}

class AnchorRemoval {
  isExact = true;

  remove(node: RegexNode, left: Side, right: Side): RegexNode {
    switch (node.kind) {
      case 'set':
        return surrounded(node, left, right);
      case 'repeat':
        return surrounded({ ...node, part: this.remove(node.part, 'inner', 'inner') }, left, right);
      case 'choice':
        return { kind: 'choice', parts: node.parts.map((part) => this.remove(part, left, right)) };
      case 'anchor':
        return this.sequence([node], left, right);
      case 'sequence':
        return this.sequence(node.parts, left, right);
    }
  }

  private sequence(parts: readonly RegexNode[], left: Side, right: Side): RegexNode {
    const rest = [...parts];
    const before: RegexNode[] = [];
    const behind: RegexNode[] = [];
    let [from, to] = [left, right];
    for (let first = rest[0]; first?.kind === 'anchor' && !isEnd(first.anchor); first = rest[0]) {
      rest.shift();
      from = this.place(first.anchor, from, 'textStart', 'lineStart', before);
    }
    for (let last = rest.at(-1); last?.kind === 'anchor'; last = rest.at(-1)) {
      rest.pop();
      to = this.place(last.anchor, to, 'textEnd', 'lineEnd', behind);
    }
    if (rest.length === 0)
      return {
        kind: 'sequence',
        parts: [...before, ...(from === 'open' || to === 'open' ? [ANY_TEXT] : []), ...behind],
      };
    const inner = rest.map((part, i) =>
      this.remove(part, i === 0 ? from : 'inner', i === rest.length - 1 ? to : 'inner'),
    );
    return { kind: 'sequence', parts: [...before, ...inner, ...behind] };
  }

  /** A place at one end. @returns what stands beside the rest */
  private place(anchor: RegexAnchor, side: Side, text: RegexAnchor, line: RegexAnchor, around: RegexNode[]): Side {
    if ((anchor === text || anchor === line) && side === 'edge') return 'edge';
    if (anchor === text && side === 'open') return 'edge';
    if (anchor === line && side === 'open') {
      const lines: RegexNode[] = [ANY_TEXT, { kind: 'set', ranges: [NEWLINE] }];
      const part: RegexNode = { kind: 'sequence', parts: line === 'lineStart' ? lines : lines.reverse() };
      around.push({ kind: 'repeat', part, min: 0, max: 1 });
      return 'inner';
    }
    this.isExact = false;
    return side;
  }
}

function isEnd(anchor: RegexAnchor): boolean {
  return anchor === 'textEnd' || anchor === 'lineEnd';
}

function surrounded(node: RegexNode, left: Side, right: Side): RegexNode {
  if (left !== 'open' && right !== 'open') return node;
  const parts = [...(left === 'open' ? [ANY_TEXT] : []), node, ...(right === 'open' ? [ANY_TEXT] : [])];
  return { kind: 'sequence', parts };
}
