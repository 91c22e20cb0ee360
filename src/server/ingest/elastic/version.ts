/** Versions as clients of Elasticsearch compare them. */

/** What is said to clients that name no version of their own. */
export const DEFAULT_VERSION = '8.19.0';

const AGENT_VERSION = /^Elastic-[\w-]+\/(\d+)\.(\d+)\.(\d+)\b/;

/**
 * Beats refuse a server that is older than they are. The version said is therefore that of the client when it is newer, so that
 * shippers can be upgraded first.
 *
 * @param userAgent header of the request
 */
export function versionFor(userAgent: string | undefined): string {
  const match = AGENT_VERSION.exec(userAgent ?? '');
  if (!match) return DEFAULT_VERSION;
  const theirs = match.slice(1, 4).map(Number);
  const ours = DEFAULT_VERSION.split('.').map(Number);
  const differing = theirs.findIndex((part, i) => part !== ours[i]);
  return differing >= 0 && theirs[differing]! > ours[differing]! ? theirs.join('.') : DEFAULT_VERSION;
}
