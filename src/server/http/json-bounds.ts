/** Bodies of JSON within bounds: a small text can hold more structure than anybody means. */
import { SmbError } from '../../base/error.ts';
import type { App } from './app-types.ts';

/** Levels of objects and lists inside each other. */
const MAX_DEPTH = 32;
/** Values of a body, keys and elements together. */
const MAX_VALUES = 100_000;

/** Reads bodies of JSON; a key such as `__proto__` is refused. */
export function addJsonParser(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    // What changes nothing may be asked with an empty body and a type, as some clients do.
    if (body === '') return done(null, undefined);
    return parse(request, body, (error, value) => {
      if (error) return done(error, undefined);
      const reason = excess(value);
      return reason === undefined ? done(null, value) : done(new SmbError('API-INPUT', reason), undefined);
    });
  });
}

/** @returns what is too much; undefined when nothing is */
function excess(value: unknown): string | undefined {
  let values = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `The body is nested deeper than ${MAX_DEPTH} levels.`;
    values += level.length;
    if (values > MAX_VALUES) return `The body holds more than ${MAX_VALUES} values.`;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return undefined;
}
