import { type ErrorCode, SmbError } from '../../base/error.ts';
import { placeOf, type SourceText } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import { describeYaml, placeOfYaml, type YamlMap, type YamlNode, type YamlSpan } from '../../base/yaml/yaml-node.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Placeholders } from './placeholders.ts';

/** What reading needs to know beside the text. */
export interface SigmaContext {
  readonly placeholders: Placeholders;
}

/** Errors and warnings kept for one document: each place costs a walk over its line, and nobody reads more. */
export const MAX_SAID = 100;

/** One Sigma document while it is being read: where errors and warnings are collected. */
export class SigmaReading {
  readonly source: SourceText;
  readonly context: SigmaContext;
  readonly errors: SmbError[] = [];
  readonly warnings: Diagnostic[] = [];

  constructor(source: SourceText, context: SigmaContext) {
    this.source = source;
    this.context = context;
  }

  /** Whether further errors are not worth wording. */
  get isFull(): boolean {
    return this.errors.length >= MAX_SAID;
  }

  /** Records an error. @returns undefined, the value of what could not be read */
  fail(code: ErrorCode, message: string, span: YamlSpan, fix?: string): undefined {
    if (!this.isFull) this.errors.push(new SmbError(code, message, { place: placeOfYaml(this.source, span), fix }));
    return undefined;
  }

  warn(code: string, message: string, span: YamlSpan): void {
    if (this.warnings.length >= MAX_SAID) return;
    this.warnings.push({ code, message, place: placeOf(this.source, span.start, span.end) });
  }

  /** @returns the text of a key, undefined when it is absent or, which is an error, no text */
  text(map: YamlMap, key: string): string | undefined {
    const node = map.entries.get(key)?.value;
    if (node === undefined || isNothing(node)) return undefined;
    if (node.kind === 'scalar') return typeof node.value === 'string' ? node.value : node.written;
    return this.fail('SIGMA-VALUE', `"${key}" is text, not ${describeYaml(node)}.`, node);
  }

  /** @returns the texts of a key that holds a list or one text */
  texts(map: YamlMap, key: string): readonly string[] {
    return this.scalars(map.entries.get(key)?.value, key).map((node) => String(node.value));
  }

  /** @returns text or list of texts as scalars with their places */
  scalars(node: YamlNode | undefined, key: string): readonly (YamlNode & { readonly kind: 'scalar' })[] {
    if (node === undefined || isNothing(node)) return [];
    const elements = node.kind === 'list' ? node.elements : [node];
    return elements.flatMap((one) => {
      if (one.kind === 'scalar' && one.value !== null) return [one];
      this.fail('SIGMA-VALUE', `"${key}" holds texts, not ${describeYaml(one)}.`, one);
      return [];
    });
  }

  /** @returns one of some words, in any letter case */
  word<T extends string>(map: YamlMap, key: string, words: readonly T[]): T | undefined {
    const written = this.text(map, key);
    if (written === undefined) return undefined;
    const known = words.find((word) => word === written.trim().toLowerCase());
    if (known !== undefined) return known;
    const message = `"${key}" cannot be "${written}".${didYouMean(written, words)}`;
    return this.fail('SIGMA-VALUE', message, map.entries.get(key)!.value, `one of ${words.join(', ')}`);
  }

  /** Records keys that are none of those a map can have. */
  checkKeys(map: YamlMap, known: readonly string[], where: string): void {
    for (const [key, entry] of map.entries) {
      if (known.includes(key)) continue;
      const message = `There is no key "${key}" in ${where}.${didYouMean(key, known)}`;
      this.fail('SIGMA-KEY', message, entry, `known: ${known.join(', ')}`);
    }
  }
}

/** @returns whether a key is written without a value */
export function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
