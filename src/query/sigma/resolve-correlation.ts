/** Looks up what correlations name: their rules, through other correlations too, and the fields of their groups. */
import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Field } from '../../event/field.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { CorrelationMember, ResolvedCorrelation } from './correlation.ts';
import type { FieldView } from './field-view.ts';
import type { ResolvedSigma } from './resolve-set.ts';
import type { SigmaCorrelationDocument, SigmaDocument } from './sigma-document.ts';

/** Documents of a load up to which a mistyped reference gets the nearest name; looking through more would take minutes. */
const MAX_NAMES_COMPARED = 10_000;

/** Correlations of correlations; nobody writes more than three levels. */
const MAX_CHAIN = 16;

/** ` Did you mean "x"?` or an empty string. */
export function nearestRule(name: string, byName: ReadonlyMap<string, unknown>): string {
  return byName.size > MAX_NAMES_COMPARED ? '' : didYouMean(name, byName.keys());
}

/** @returns the spelling under which a reference is known: ids compare without letter case */
export function referenceKey(name: string, byName: ReadonlyMap<string, unknown>): string {
  return byName.has(name) ? name : name.toLowerCase();
}

/** Resolves the correlations of one load, each once. */
export class CorrelationResolver {
  private readonly byName: ReadonlyMap<string, SigmaDocument>;
  private readonly rules: ReadonlyMap<SigmaDocument, ResolvedSigma>;
  private readonly done = new Map<SigmaDocument, ResolvedSigma>();
  /** Correlations being resolved, the outermost first: one that is met again is a cycle. */
  private readonly open: SigmaDocument[] = [];
  /** Circles that were met, `a → b → a`, by each correlation that is part of one. */
  private readonly circles = new Map<SigmaDocument, string>();

  /** @param rules the rules of the load with their fates */
  constructor(byName: ReadonlyMap<string, SigmaDocument>, rules: ReadonlyMap<SigmaDocument, ResolvedSigma>) {
    this.byName = byName;
    this.rules = rules;
  }

  resolve(document: SigmaCorrelationDocument): ResolvedSigma {
    const known = this.done.get(document);
    if (known) return known;
    this.open.push(document);
    const resolved = this.make(document);
    this.open.pop();
    this.done.set(document, resolved);
    return resolved;
  }

  private make(document: SigmaCorrelationDocument): ResolvedSigma {
    const { correlation, rulePlaces } = document;
    const errors: SmbError[] = [];
    const warnings: Diagnostic[] = [];
    const missing: string[] = [];
    const members: CorrelationMember[] = [];
    correlation.rules.forEach((name, index) => {
      const place = rulePlaces[index];
      const fail = (message: string, fix?: string) =>
        errors.push(new SmbError('SIGMA-REFERENCE', message, { place, fix }));
      const target = this.byName.get(referenceKey(name, this.byName));
      if (!target) {
        fail(
          `No rule here has the id or name "${name}".${nearestRule(name, this.byName)}`,
          'load the rule together with this correlation',
        );
        return;
      }
      if (target.kind === 'filter') return void fail(`"${name}" is a filter, not a rule.`);
      if (this.open.includes(target)) return void fail(circleMessage(this.noteCircle(target)));
      if (this.open.length >= MAX_CHAIN) return void fail(`More than ${MAX_CHAIN} correlations stand on each other.`);
      const { fate } = target.kind === 'rule' ? this.rules.get(target)! : this.resolve(target);
      switch (fate.kind) {
        case 'rule':
        case 'correlation':
          members.push(this.member(document, name, target, members));
          return;
        case 'no-source':
          missing.push(`its rule "${name}" has ${fate.reason}`);
          return;
        default: {
          const circle = this.circles.get(target);
          if (circle !== undefined && circle === this.circles.get(document)) fail(circleMessage(circle));
          else fail(`The rule "${name}" is refused itself.`);
        }
      }
    });
    if (errors.length > 0) return { document, fate: { kind: 'refused', errors }, warnings };
    if (missing.length > 0) return { document, fate: { kind: 'no-source', reason: missing[0]! }, warnings };
    for (const member of members) warnings.push(...unknownFields(document, member));
    return {
      document,
      fate: { kind: 'correlation', resolved: { definition: correlation, members }, isSilent: false },
      warnings,
    };
  }

  /** @returns the circle that the innermost open correlation closes by naming this one */
  private noteCircle(target: SigmaDocument): string {
    const parts = this.open.slice(this.open.indexOf(target));
    const circle = [...parts, target].map(({ meta }) => `"${meta.name ?? meta.title}"`).join(' → ');
    for (const part of parts) this.circles.set(part, circle);
    return circle;
  }

  private member(
    document: SigmaCorrelationDocument,
    name: string,
    target: SigmaDocument,
    others: readonly CorrelationMember[],
  ): CorrelationMember {
    const { fate } = this.rules.get(target) ?? this.done.get(target)!;
    const { groupBy, fields } = document.correlation;
    const look = (field: string) => this.fieldsOf(document, name, field);
    // People read this name, so that an id gives way to a title, unless two rules share one.
    const shown = target.meta.name ?? target.meta.title;
    return {
      name: others.some((other) => other.name === shown) ? name : shown,
      source:
        fate.kind === 'rule'
          ? { kind: 'events', predicate: fate.predicate }
          : { kind: 'correlation', correlation: (fate as { resolved: ResolvedCorrelation }).resolved },
      groupBy: groupBy.map(look),
      fields: fields.map(look),
    };
  }

  /** Fields that hold a name's value in what one rule of a correlation gives. */
  private fieldsOf({ correlation }: SigmaCorrelationDocument, rule: string, name: string): readonly Field[] {
    const meant = correlation.aliases.get(name)?.get(rule) ?? name;
    const target = this.byName.get(referenceKey(rule, this.byName))!;
    if (target.kind === 'correlation') {
      // A firing has the fields that are equal in all its members, whatever each of them calls it.
      return unique(target.correlation.rules.flatMap((inner) => this.fieldsOf(target, inner, meant)));
    }
    const fate = this.rules.get(target)?.fate;
    const views: readonly FieldView[] = fate?.kind === 'rule' ? fate.views : [];
    return unique(views.flatMap((view) => view.resolve(meant)?.fields ?? []));
  }
}

function circleMessage(circle: string): string {
  return `Correlations cannot stand on themselves: ${circle}.`;
}

function unique(list: readonly Field[]): readonly Field[] {
  return [...new Set(list)];
}

function unknownFields({ correlation, meta }: SigmaCorrelationDocument, member: CorrelationMember): Diagnostic[] {
  const warn = (name: string): Diagnostic => ({
    code: 'SIGMA-UNKNOWN-FIELD',
    message: `no event of "${member.name}" has a field ${name}, so none of them takes part`,
    place: meta.place,
  });
  return [
    ...correlation.groupBy.filter((_, index) => member.groupBy[index]!.length === 0),
    ...correlation.fields.filter((_, index) => member.fields[index]!.length === 0),
  ].map(warn);
}
