/** The file by which commands on this machine find the running server of a data folder. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a server answers, and what lets in whoever may read this. */
export interface Endpoint {
  readonly url: string;
  /** Service.localKey. */
  readonly key: string;
  readonly pid: number;
  /** Certificate that the server shows, in PEM. */
  readonly certificate?: string;
}

const FILE = 'endpoint.json';

/** Writes the file so that only its owner may read it, whole or not at all. */
export function writeEndpoint(dataFolder: string, endpoint: Endpoint): void {
  const file = join(dataFolder, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(endpoint)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** @returns what the file says; undefined when there is none, or none of ours: then no server is known */
export function readEndpoint(dataFolder: string): Endpoint | undefined {
  try {
    const { url, key, pid, certificate } = JSON.parse(
      readFileSync(join(dataFolder, FILE), 'utf8'),
    ) as Partial<Endpoint>;
    if (typeof url !== 'string' || typeof key !== 'string' || typeof pid !== 'number') return undefined;
    return { url, key, pid, ...(typeof certificate === 'string' && { certificate }) };
  } catch {
    return undefined;
  }
}

/** Takes the file away. */
export function removeEndpoint(dataFolder: string): void {
  rmSync(join(dataFolder, FILE), { force: true });
}
