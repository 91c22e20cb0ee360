import { SmbError } from '../../base/error.ts';
import { placeOf } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { TomlText } from '../../base/toml/toml-node.ts';
import { fields } from '../../event/field.ts';
import { legPlaceholder, REASON_PLACEHOLDERS } from '../alerts/reason.ts';
import type { RuleReading } from './rule-reading.ts';

/**
 * Checks the placeholders of a reason sentence; an unknown one is an error with its place.
 *
 * @param legs names of the rule's legs, whose events a placeholder may name: `{logon.source.ip}`
 * @returns the sentence on one line, parameters put in
 */
export function readReason(reading: RuleReading, node: TomlText | undefined, legs: readonly string[] = []): string {
  if (!node) return '';
  const source = reading.fill(node);
  for (const match of source.text.matchAll(/(?<!\$)\{([^{}]*)\}/g)) {
    const name = match[1]!;
    const isKnown = fields.find(name) !== undefined || REASON_PLACEHOLDERS.includes(name);
    const ofLeg = legPlaceholder(name, legs);
    const place = placeOf(source, match.index, match.index + match[0].length);
    if (isKnown && ofLeg) {
      const message = `{${name}} is a field, and also ${ofLeg.field.name} of the leg "${ofLeg.leg}".`;
      reading.reader.failWith(new SmbError('RULE-VALUE', message, { place, fix: 'give the leg another name' }));
    }
    if (isKnown || ofLeg) continue;
    const near = name.startsWith('alert.') ? didYouMean(name, REASON_PLACEHOLDERS) : fields.suggestion(name);
    const fix = `a field of the catalogue, or one of ${REASON_PLACEHOLDERS.join(', ')}`;
    reading.reader.failWith(new SmbError('RULE-FIELD', `There is no field "${name}".${near}`, { place, fix }));
  }
  return source.text.replaceAll(/\s+/g, ' ').trim();
}
