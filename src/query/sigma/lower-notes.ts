import { SmbError } from '../../base/error.ts';
import { placeOf, type SourceText } from '../../base/place.ts';
import type { YamlSpan } from '../../base/yaml/yaml-node.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { NONE, type Predicate } from '../predicate.ts';
import type { FieldView } from './field-view.ts';
import { MAX_SAID } from './sigma-reading.ts';

/** Remarks and refusals while a rule is lowered; the same sentence about the same place is said once. */
export class LowerNotes {
  readonly errors: SmbError[] = [];
  readonly warnings: Diagnostic[] = [];
  /** Zone of parts of dates; UTC when undefined. */
  readonly zone: string | undefined;
  private readonly source: SourceText;
  private readonly said = new Set<string>();
  /** Views that do not know a name. */
  private readonly unknown = new Map<string, Set<FieldView>>();
  private readonly views: number;

  /** @param views number of field views the rule is lowered with: a name is unknown when none of them knows it */
  constructor(source: SourceText, views: number, zone: string | undefined) {
    this.source = source;
    this.views = views;
    this.zone = zone;
  }

  warn(code: string, message: string, span: YamlSpan, source = this.source): void {
    const key = `${span.start} ${message}`;
    if (this.said.has(key) || this.warnings.length >= MAX_SAID) return;
    this.said.add(key);
    this.warnings.push({ code, message, place: placeOf(source, span.start, span.end) });
  }

  /** Records why the rule is refused. @returns a stand-in for the predicate */
  refuse(message: string, span: YamlSpan, fix?: string, source = this.source): Predicate {
    const key = `${span.start} ${message}`;
    if (this.said.has(key) || this.errors.length >= MAX_SAID) return NONE;
    this.said.add(key);
    this.errors.push(new SmbError('SIGMA-UNSUPPORTED', message, { place: placeOf(source, span.start, span.end), fix }));
    return NONE;
  }

  /** One view does not know a name; it is remarked on when no view does. */
  unknownField(name: string, span: YamlSpan, view: FieldView): void {
    const views = this.unknown.get(name) ?? new Set<FieldView>();
    this.unknown.set(name, views.add(view));
    if (views.size < this.views || this.said.has(name) || this.warnings.length >= MAX_SAID) return;
    this.said.add(name);
    const message = `no event here has a field ${name}, so it is always absent.${view.suggestion(name)}`;
    this.warn('SIGMA-UNKNOWN-FIELD', message, span);
  }
}
