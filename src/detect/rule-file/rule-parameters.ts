import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';
import { parseDuration } from '../../base/time/duration.ts';
import { mapOf, table } from '../../base/toml/shapes.ts';
import type { TomlTable } from '../../base/toml/toml-node.ts';
import { TomlReader } from '../../base/toml/toml-reader.ts';
import type { ParameterValues } from './fill-parameters.ts';
import { PARAMETER_KEYS } from './rule-keys.ts';
import type { RuleReading } from './rule-reading.ts';

type Value = string | number | boolean;

/** A rule with a wrong value might be silent for ever; its absence is said. */
const LEFT_OUT = 'the rule does not run until this is right';

/** What a parameter allows. */
interface Declared {
  readonly default: Value | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/**
 * Reads `[rule.parameters]` and puts in what the configuration says. Errors of the table itself are found when the whole
 * rule is read; here only those of the configuration are recorded.
 *
 * @param id the rule's id, which the configuration uses
 */
export function readParameters(reading: RuleReading, rule: TomlTable, id: string | undefined): ParameterValues {
  const declared = declaredParameters(reading, rule);
  const values = new Map<string, Value>();
  for (const [name, one] of declared) if (one.default !== undefined) values.set(name, one.default);
  const settings = id === undefined ? undefined : reading.context.settings.parameters.get(id);
  for (const [name, { value, key, place }] of settings?.values ?? []) {
    const one = declared.get(name);
    if (!one) {
      const message = `The rule "${id}" has no parameter "${name}".${didYouMean(name, declared.keys())}`;
      const known = declared.size > 0 ? `known: ${[...declared.keys()].join(', ')}` : 'it has no parameters';
      reading.reader.failWith(new SmbError('CONFIG-KEY', message, { place: key, fix: `${known}; ${LEFT_OUT}` }));
      continue;
    }
    const wanted = misfit(one, value);
    if (wanted === undefined) values.set(name, value);
    else
      reading.reader.failWith(
        new SmbError('CONFIG-VALUE', `"${name}" of the rule "${id}" must be ${wanted}.`, { place, fix: LEFT_OUT }),
      );
  }
  return values;
}

function declaredParameters(reading: RuleReading, rule: TomlTable): ReadonlyMap<string, Declared> {
  const node = rule.entries.get('parameters')?.value;
  const silent = new TomlReader(reading.file, reading.reader.codes);
  const read = node && silent.read(mapOf(table(PARAMETER_KEYS), 'name'), node, 'parameters');
  return new Map(
    [...(read ?? [])].map(([name, { value }]) => {
      const { default: initial, min, max } = value.values;
      return [name, { default: initial, min, max }];
    }),
  );
}

/** @returns what the value should be, or undefined when it fits */
function misfit({ default: initial, min = -Infinity, max = Infinity }: Declared, value: Value): string | undefined {
  if (initial === undefined) return undefined;
  if (typeof initial === 'number') {
    if (typeof value === 'number' && value >= min && value <= max) return undefined;
    const least = min > -Infinity ? ` of at least ${min}` : '';
    const most = max < Infinity ? `${least ? ' and' : ' of'} at most ${max}` : '';
    return `a number${least}${most}, as its default ${initial} is`;
  }
  if (typeof initial !== typeof value)
    return `${typeof initial === 'string' ? 'text' : 'true or false'}, as its default is`;
  const isDuration = typeof initial === 'string' && parseDuration(initial) !== undefined;
  return isDuration && parseDuration(String(value)) === undefined
    ? `a duration, as its default "${initial}" is`
    : undefined;
}
