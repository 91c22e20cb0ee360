/** From the tree of a query to the predicate model: names are looked up, values typed, dates resolved. */
import { SmbError } from '../../base/error.ts';
import { type GlobPart, parseGlob } from '../../base/glob.ts';
import { placeOf, type SourceSpan, type SourceText } from '../../base/place.ts';
import { type Field, fields } from '../../event/field.ts';
import { mergeEquals } from '../compile/merge-equals.ts';
import { ALL, and, type AnywhereTest, NONE, not, or, type Predicate } from '../predicate.ts';
import { isLoneStar, type KqlIs, type KqlName, type KqlNode, type KqlRange, type KqlValue } from './ast.ts';
import { CATALOGUED, expandPattern, mayFitFamily, nestedAbove, resolveName } from '../field-names.ts';
import { type Lowered, lowerIs, lowerRange } from './lower-value.ts';
import { clipMessage, type Remarks } from '../remarks.ts';

/** What lowering needs beside the tree. */
export interface LowerContext {
  readonly source: SourceText;
  readonly remarks: Remarks;
  /** Milliseconds that `now` stands for. */
  readonly now: number;
}

/**
 * @param node the tree
 * @returns the predicate
 * @throws KQL-TYPE when a value does not fit the type of its field
 */
export function lowerKql(node: KqlNode, context: LowerContext): Predicate {
  return new Lowering(context).node(node, undefined);
}

/** Says what one field must satisfy; the same for every field a name stands for. */
type LeafOf = (field: Field) => Lowered;

class Lowering {
  private readonly context: LowerContext;

  constructor(context: LowerContext) {
    this.context = context;
  }

  /** @param path the nested field whose braces the node stands in */
  node(node: KqlNode, path: Field | undefined): Predicate {
    switch (node.kind) {
      case 'everything':
        return ALL;
      case 'and':
        return and(node.parts.map((part) => this.node(part, path)));
      case 'or':
        return or(mergeEquals(node.parts.map((part) => this.node(part, path))));
      case 'not':
        return not(this.node(node.part, path));
      case 'is':
        return this.is(node, path);
      case 'range':
        return this.range(node, path);
      case 'nested':
        return this.nested(node.path, node.query, path);
    }
  }

  private is(node: KqlIs, path: Field | undefined): Predicate {
    const { field, value, quoted } = node;
    if (field === null) return this.bareValue(value, quoted);
    if (value.kind === 'literal' && value.value === null) {
      const name = field.kind === 'literal' ? field.value : 'field';
      this.fail('null is no value: absent fields have none', value, `write not ${name}:*`);
    }
    const leaf: LeafOf = (target) => lowerIs(target, value, quoted, this.context.now);
    if (field.kind === 'wildcard') return this.namePattern(field.parts, leaf, value, quoted, path, field);
    return this.named(field, leaf, value, path);
  }

  private range(node: KqlRange, path: Field | undefined): Predicate {
    const { field, op, value } = node;
    const leaf: LeafOf = (target) => lowerRange(target, op, value.value, this.context.now);
    if (field.kind === 'literal') return this.named(field, leaf, value, path);
    return this.expanded(fullPattern(field.parts, path), leaf, path, field);
  }

  /** A value looked for in all fields. */
  private bareValue(value: KqlValue, phrase: boolean): Predicate {
    if (isLoneStar(value)) return ALL;
    if (value.kind === 'literal' && value.value === null) {
      this.fail('null is no value: absent fields have none', value, 'write not field:*, or "null" for the text');
    }
    return { kind: 'anywhere', test: anywhereTest(value, phrase, undefined) };
  }

  private named(
    name: KqlName & { kind: 'literal' },
    leaf: LeafOf,
    value: KqlValue,
    path: Field | undefined,
  ): Predicate {
    const full = path ? `${path.name}.${name.value}` : name.value;
    const target = resolveName(full);
    switch (target.kind) {
      case 'unknown':
        return this.unknown(full, name, path);
      case 'group':
        return this.group(full, target.members, target.hasFamily, value, name);
      case 'field':
        return this.field(target.field, leaf, value, path);
    }
  }

  private field(field: Field, leaf: LeafOf, value: SourceSpan, path: Field | undefined): Predicate {
    const above = nestedAbove(field);
    if (above && above !== path) {
      const inner = field.name.slice(above.name.length + 1);
      this.fail(`${field.name} belongs to the objects of ${above.name}`, value, `write ${above.name}:{ ${inner}:… }`);
    }
    const lowered = leaf(field);
    if ('misfit' in lowered) return this.fail(lowered.misfit, value, lowered.fix);
    if (lowered.remark) this.context.remarks.add(...lowered.remark, value);
    return lowered.predicate;
  }

  /** `source:*` is true when any field below is there; no other value makes sense. */
  private group(
    name: string,
    members: readonly Field[],
    hasFamily: boolean,
    value: KqlValue,
    span: SourceSpan,
  ): Predicate {
    if (!isLoneStar(value)) {
      this.context.remarks.add('KQL-OBJECT', `${name} is a group of fields and has no value; write ${name}.*`, span);
      return NONE;
    }
    const present = members.map((field): Predicate => ({ kind: 'exists', field }));
    if (!hasFamily) return or(present);
    const test = anywhereTest(value, false, [{ kind: 'text', text: `${name}.` }, { kind: 'star' }]);
    return or([...present, { kind: 'anywhere', test }]);
  }

  private unknown(full: string, name: SourceSpan & { readonly value: string }, path: Field | undefined): Predicate {
    if (this.context.remarks.isFull) {
      this.context.remarks.countOnly();
      return NONE;
    }
    const hint =
      path && fields.find(name.value)
        ? ` Names inside the braces are those below ${path.name}.`
        : fields.suggestion(full) || operatorHint(name.value);
    this.context.remarks.add('KQL-UNKNOWN-FIELD', `there is no field ${full}, so nothing matches it.${hint}`, name);
    return NONE;
  }

  private namePattern(
    parts: readonly GlobPart[],
    leaf: LeafOf,
    value: KqlValue,
    quoted: boolean,
    path: Field | undefined,
    span: SourceSpan,
  ): Predicate {
    const isAllNames = !path && parts.length === 1;
    if (isAllNames && isLoneStar(value)) return ALL;
    const full = fullPattern(parts, path);
    if (isAllNames) {
      // The bare value covers texts, numbers and addresses in one walk over the event; these two types it leaves out.
      const rest = CATALOGUED.filter((field) => field.type === 'date' || field.type === 'boolean');
      return or([{ kind: 'anywhere', test: anywhereTest(value, quoted, undefined) }, ...fitting(rest, leaf)]);
    }
    const expanded = this.expanded(full, leaf, path, span);
    if (!mayFitFamily(full)) return expanded;
    return or([expanded, { kind: 'anywhere', test: anywhereTest(value, quoted, full) }]);
  }

  /** The fields whose name fits; those that cannot hold the value drop out. */
  private expanded(full: readonly GlobPart[], leaf: LeafOf, path: Field | undefined, span: SourceSpan): Predicate {
    const found = expandPattern(full);
    if (found.length === 0 && !mayFitFamily(full)) {
      this.context.remarks.add('KQL-UNKNOWN-FIELD', 'no field has a name that fits this pattern', span);
    }
    const parts = found.flatMap((field) => {
      const above = nestedAbove(field);
      const leaves = fitting([field], leaf);
      return above && above !== path
        ? leaves.map((part): Predicate => ({ kind: 'nested', path: above, part }))
        : leaves;
    });
    return or(mergeEquals(parts));
  }

  private nested(name: KqlName, query: KqlNode, path: Field | undefined): Predicate {
    if (name.kind === 'wildcard')
      return this.fail('the name before braces is a pattern', name, 'name one nested field');
    const full = path ? `${path.name}.${name.value}` : name.value;
    const target = resolveName(full);
    if (target.kind === 'unknown') return this.unknown(full, name, path);
    if (target.kind === 'group' || target.field.type !== 'nested') {
      const known = CATALOGUED.filter((field) => field.type === 'nested').map((field) => field.name);
      const example = target.kind === 'group' ? `${full}.name:value and …` : `${full}:value`;
      const fix = `write ${example} without braces; nested fields are: ${known.join(', ')}`;
      return this.fail(`${full} does not hold objects of its own`, name, fix);
    }
    return { kind: 'nested', path: target.field, part: this.node(query, target.field) };
  }

  private fail(message: string, span: SourceSpan, fix: string): never {
    const place = placeOf(this.context.source, span.start, span.end);
    throw new SmbError('KQL-TYPE', clipMessage(message), { place, fix: clipMessage(fix) });
  }
}

function fitting(candidates: readonly Field[], leaf: LeafOf): Predicate[] {
  return candidates.flatMap((field) => {
    const lowered = leaf(field);
    return 'predicate' in lowered ? [lowered.predicate] : [];
  });
}

function fullPattern(parts: readonly GlobPart[], path: Field | undefined): readonly GlobPart[] {
  if (!path) return parts;
  const [first, ...rest] = parts;
  if (first?.kind === 'text') return [{ kind: 'text', text: `${path.name}.${first.text}` }, ...rest];
  return [...parseGlob(`${path.name}.`), ...parts];
}

function anywhereTest(value: KqlValue, phrase: boolean, members: readonly GlobPart[] | undefined): AnywhereTest {
  if (value.kind === 'wildcard') return { mode: 'pattern', parts: value.parts, members };
  return { mode: 'whole', text: String(value.value), phrase, members };
}

/** `!process.name:x` is read as a field of that name. */
function operatorHint(name: string): string {
  return name.startsWith('!') ? ' Write not for !.' : '';
}
