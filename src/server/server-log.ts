import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';

/** How much is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What must not stand in a log, wherever it is in what is logged. */
const SECRETS = ['authorization', 'cookie', 'set-cookie', 'password', 'secret', 'key', 'token', 'localKey'];

/**
 * The log of the server: a JSON object a line.
 *
 * @param level least that is written
 * @param write takes lines; standard error unless given
 */
export function serverLog(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stderr.write(line),
): FastifyBaseLogger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`].map(quoted));
  return pino({ level, base: null, redact: { paths, censor: '[hidden]' } }, { write });
}

/** Names with a hyphen are written in brackets. */
function quoted(path: string): string {
  return path.replace(/\.?([\w-]*-[\w-]*)$/, '["$1"]');
}
