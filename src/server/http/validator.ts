import type { FastifySchemaCompiler } from 'fastify';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { TSchema } from 'typebox';
import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';

/** Checks parts of a request against their schemas. What stands in a path or query is text, and becomes what it says. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  return (given: unknown) => {
    const value = httpPart === 'body' ? (given ?? undefined) : Value.Convert(schema, Value.Default(schema, given));
    if (compiled.Check(value)) return { value };
    return { error: inputError(compiled.Errors(value), { schema, part: httpPart ?? 'request', given: value }) };
  };
};

type Finding = {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly message: string;
  readonly keyword: string;
  readonly params: object;
};

/** @returns the first thing that is wrong, in the words of the caller's own names */
function inputError(
  findings: readonly Finding[],
  { schema, part, given }: { readonly schema: TSchema; readonly part: string; readonly given: unknown },
): SmbError {
  // What is wrong about a key that should not be there stands behind what is wrong with its value.
  const first = findings.find(({ keyword }) => keyword === 'additionalProperties') ?? findings[0];
  const where = PART[part] ?? part;
  if (first === undefined) return new SmbError('API-INPUT', `${where} is not as it should be.`);
  const path = first.instancePath
    .split('/')
    .filter((name) => name !== '' && !/^\d+$/.test(name))
    .join('.');
  const unknown = (first.params as { additionalProperties?: readonly string[] }).additionalProperties?.[0];
  if (first.keyword === 'additionalProperties' && unknown !== undefined) {
    const known = path === '' ? Object.keys((schema as { properties?: object }).properties ?? {}) : [];
    const fix = known.length > 0 ? `known: ${known.join(', ')}` : undefined;
    return new SmbError('API-INPUT', `${where} holds "${unknown}", which is not known.${didYouMean(unknown, known)}`, {
      fix,
    });
  }
  const missing = (first.params as { requiredProperties?: readonly string[] }).requiredProperties?.join('", "');
  if (first.keyword === 'required' && missing !== undefined) {
    return new SmbError('API-INPUT', `${where} lacks "${path === '' ? '' : `${path}.`}${missing}".`);
  }
  const told = `"${path}" of ${where.toLowerCase()}`;
  const allowed = allowedValues(first, findings);
  if (allowed.length > 0 && path !== '') {
    const value = String(valueAt(given, first.instancePath));
    const message = `"${value}" is no value of ${told}.${didYouMean(value, allowed)}`;
    return new SmbError('API-INPUT', message, { fix: `one of ${allowed.join(', ')}` });
  }
  if (first.keyword === 'pattern' && path !== '') {
    const { description } = valueAt(schema, first.schemaPath.replace(/^#/, '')) as { readonly description?: string };
    const value = String(valueAt(given, first.instancePath));
    return new SmbError('API-INPUT', `"${value}" cannot be ${told}.`, { fix: description });
  }
  return new SmbError('API-INPUT', `${path === '' ? where : told} ${first.message}.`);
}

/** @returns what would do: one of several constants, each of which has a finding, or of an enumeration */
function allowedValues(first: Finding, findings: readonly Finding[]): readonly string[] {
  if (first.keyword === 'enum')
    return (first.params as { allowedValues: readonly unknown[] }).allowedValues.map(String);
  if (first.keyword !== 'const') return [];
  const same = findings.filter(
    ({ keyword, instancePath }) => keyword === 'const' && instancePath === first.instancePath,
  );
  return same.map(({ params }) => String((params as { allowedValue: unknown }).allowedValue));
}

/** @returns what a JSON pointer leads to */
function valueAt(root: unknown, pointer: string): unknown {
  const names = pointer.split('/').slice(1);
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], root);
}

const PART: Readonly<Record<string, string>> = {
  body: 'The body',
  querystring: 'The query',
  params: 'The path',
  headers: 'The headers',
};
