import { type Static, Type } from 'typebox';
import type { ErrorCode, SmbError } from '../../base/error.ts';

/** What is wrong, as every route answers it. */
export const ErrorAnswer = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ description: 'A code of docs/exit-codes.md, such as API-INPUT' }),
      message: Type.String({ description: 'What is wrong, as a sentence' }),
      fix: Type.Optional(Type.String({ description: 'What can be done' })),
      place: Type.Optional(
        Type.Object(
          {
            file: Type.String(),
            line: Type.Integer(),
            column: Type.Integer(),
            sourceLine: Type.String(),
            length: Type.Integer(),
          },
          { description: 'Where in a query or file' },
        ),
      ),
    }),
  },
  { description: 'What is wrong' },
);

/** Status of HTTP by code; whatever is not here is the caller's mistake, 400. */
const STATUS: Partial<Readonly<Record<ErrorCode, number>>> = {
  'API-SIGN-IN': 401,
  'API-DENIED': 403,
  'API-NOT-FOUND': 404,
  'API-CONFLICT': 409,
  'API-TOO-LARGE': 413,
  'API-BUSY': 429,
  'API-TIME': 503,
  'STORE-TIMEOUT': 503,
  'STORE-CLOSED': 503,
  'STORE-WRITE': 503,
};

/** @returns the status of HTTP that an error is answered with */
export function statusOf(error: SmbError): number {
  return STATUS[error.code] ?? 400;
}

/** @returns an error as it is answered */
export function toErrorAnswer({ code, message, fix, place }: SmbError): Static<typeof ErrorAnswer> {
  return { error: { code, message, ...(fix !== undefined && { fix }), ...(place && { place: { ...place } }) } };
}
