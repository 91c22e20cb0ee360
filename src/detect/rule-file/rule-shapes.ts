/** Shapes that several parts of a rule file share. */
import { integer, list, oneOf } from '../../base/toml/shapes.ts';
import type { Shape } from '../../base/toml/toml-reader.ts';
import { fields } from '../../event/field.ts';
import { SEVERITIES } from '../../event/severity.ts';

/** What a query of a rule is called in messages. */
export const KQL = 'a KQL query';

/** A severity. */
export const severity = oneOf(SEVERITIES);
/** A risk score. */
export const riskScore = integer({ min: 0, max: 100 });

/** Name of a field of the catalogue that holds values; a typo gets the nearest. */
export function fieldName(): Shape<string> {
  const type = 'the name of a field';
  return {
    type,
    read: (node, name, reader) => {
      if (node.kind !== 'text') return reader.wrongType(name, type, node);
      const field = fields.find(node.value);
      if (!field) {
        return reader.fail('RULE-FIELD', `There is no field "${node.value}".${fields.suggestion(node.value)}`, node);
      }
      if (field.type === 'object' || field.type === 'nested') {
        return reader.fail('RULE-FIELD', `"${node.value}" holds other fields and no value of its own.`, node);
      }
      return node.value;
    },
  };
}

/** A list of names of fields, or one. */
export const fieldNames = (min: number, max: number) => list(fieldName(), { min, max, orOne: true });
