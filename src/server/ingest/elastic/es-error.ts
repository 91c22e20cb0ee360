/** Errors in the shape that clients of Elasticsearch understand. */

/** Kinds of errors, by their names there. */
export type EsErrorType =
  | 'illegal_argument_exception'
  | 'security_exception'
  | 'resource_not_found_exception'
  | 'index_not_found_exception'
  | 'content_too_long_exception'
  | 'es_rejected_execution_exception'
  | 'node_closed_exception'
  | 'parse_exception'
  | 'document_parsing_exception'
  | 'version_conflict_engine_exception';

/** An error that answers the whole request. */
export class EsError extends Error {
  readonly status: number;
  readonly type: EsErrorType;

  constructor(status: number, type: EsErrorType, reason: string) {
    super(reason);
    this.name = 'EsError';
    this.status = status;
    this.type = type;
  }
}

/** @returns the body of the answer to a request that failed as a whole */
export function esErrorBody({ status, type, message }: EsError): object {
  const cause = { type, reason: message };
  return { error: { root_cause: [cause], ...cause }, status };
}
