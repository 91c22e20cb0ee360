/** What can be looked at without a server: the machine, the data folder, the certificate, the port. */
import { X509Certificate } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { readingReason, systemReason } from '../../base/system-error.ts';
import { formatSpan } from '../../base/text/figures.ts';
import { formatListenAddress, type ServerSettings } from '../../config/server-settings.ts';
import type { Finding } from './checkup.ts';
import { openToOthers } from '../data/data-folder.ts';
import { readEndpoint } from '../data/endpoint.ts';
import { checkListenAddress } from '../listen-address.ts';
import { SmbError } from '../../base/error.ts';

/** A certificate that ends sooner than this should be renewed. */
const RENEW_MS = 21 * 86_400_000;

/** @returns what was found, in the order in which it is told */
export async function checkMachine(settings: ServerSettings, nowMs: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [{ topic: 'node', state: 'ok', says: `Node ${process.version}.` }];
  findings.push(await checkDuckDb(), checkFolder(settings.dataFolder), await checkPort(settings));
  if (settings.tls) findings.push(checkCertificate(settings.tls, nowMs));
  return findings;
}

async function checkDuckDb(): Promise<Finding> {
  try {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    (await DuckDBInstance.create(':memory:')).closeSync();
    return { topic: 'duckdb', state: 'ok', says: 'The build for this machine works.' };
  } catch (cause) {
    const says = `DuckDB does not work here: ${cause instanceof Error ? cause.message : String(cause)}.`;
    const fix = 'npm has builds for Linux, macOS and Windows on x64 and arm64; install with optional packages';
    return { topic: 'duckdb', state: 'wrong', says, fix };
  }
}

function checkFolder(folder: string): Finding {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return { topic: 'data folder', state: 'ok', says: `${folder} is made at the first start.` };
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const says = `${folder} cannot be written: ${systemReason(cause)}.`;
    return {
      topic: 'data folder',
      state: 'wrong',
      says,
      fix: 'run as its owner, or give it to the user that runs the server',
    };
  }
  const open = openToOthers(folder);
  if (open === undefined) return { topic: 'data folder', state: 'ok', says: `${folder} is for its owner alone.` };
  return { topic: 'data folder', state: 'odd', ...open };
}

async function checkPort(settings: ServerSettings): Promise<Finding> {
  const address = formatListenAddress(settings.listen);
  const endpoint = readEndpoint(settings.dataFolder);
  if (endpoint && isAlive(endpoint.pid)) {
    return { topic: 'port', state: 'ok', says: `A server runs at ${endpoint.url} (process ${endpoint.pid}).` };
  }
  try {
    checkListenAddress(settings);
    await tryPort(settings.listen);
    return { topic: 'port', state: 'ok', says: `${address} is free; no server runs.` };
  } catch (cause) {
    if (cause instanceof SmbError) return { topic: 'port', state: 'wrong', says: cause.message, fix: cause.fix };
    const says = `Nobody can listen on ${address}: ${systemReason(cause, { EADDRINUSE: 'another program does' })}.`;
    return { topic: 'port', state: 'wrong', says, fix: 'listen in [server] says where' };
  }
}

function tryPort({ host, port }: ServerSettings['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

/** Whether a process is there; one of another user is. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function checkCertificate({ certificate }: NonNullable<ServerSettings['tls']>, nowMs: number): Finding {
  try {
    const { validTo, subject } = new X509Certificate(readFileSync(certificate));
    const leftMs = Date.parse(validTo) - nowMs;
    const says = `${subject.replaceAll('\n', ', ')}: ${leftMs > 0 ? `ends in ${formatSpan(leftMs)}` : 'has ended'}.`;
    if (leftMs > RENEW_MS) return { topic: 'certificate', state: 'ok', says };
    return {
      topic: 'certificate',
      state: leftMs > 0 ? 'odd' : 'wrong',
      says,
      fix: 'renew it and start the server anew',
    };
  } catch (cause) {
    const says = `${certificate} cannot be read: ${readingReason(cause)}.`;
    return { topic: 'certificate', state: 'wrong', says, fix: 'a certificate in PEM is needed' };
  }
}
