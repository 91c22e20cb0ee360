import type { FastifySchemaCompiler } from 'fastify';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { TSchema } from 'typebox';
import { SmbError } from '../base/error.ts';
import { didYouMean } from '../base/suggest.ts';

/** Checks parts of a request against their schemas. What stands in a path or query is text, and becomes what it says. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  return (given: unknown) => {
    const value = httpPart === 'body' ? (given ?? undefined) : Value.Convert(schema, Value.Default(schema, given));
    if (compiled.Check(value)) return { value };
    return { error: inputError(compiled.Errors(value), schema, httpPart ?? 'request') };
  };
};

type Finding = {
  readonly instancePath: string;
  readonly message: string;
  readonly keyword: string;
  readonly params: object;
};

/** @returns the first thing that is wrong, in the words of the caller's own names */
function inputError(findings: readonly Finding[], schema: TSchema, part: string): SmbError {
  // What is wrong about a key that should not be there stands behind what is wrong with its value.
  const first = findings.find(({ keyword }) => keyword === 'additionalProperties') ?? findings[0];
  const where = PART[part] ?? part;
  if (first === undefined) return new SmbError('API-INPUT', `${where} is not as it should be.`);
  const path = first.instancePath.replace(/^\//, '').replaceAll('/', '.');
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
  const allowed = (first.params as { allowedValues?: readonly unknown[] }).allowedValues;
  const fix = allowed === undefined ? undefined : `one of ${allowed.join(', ')}`;
  return new SmbError('API-INPUT', `${path === '' ? where : `"${path}" of ${where.toLowerCase()}`} ${first.message}.`, {
    fix,
  });
}

const PART: Readonly<Record<string, string>> = {
  body: 'The body',
  querystring: 'The query',
  params: 'The path',
  headers: 'The headers',
};
