/** Runs shipped rules over evidence by the way a user's files go: format by content, source, engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { FaultLog } from '../../src/base/fault.ts';
import { type Config, configToNetworks, DEFAULT_CONFIG } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Alert } from '../../src/detect/alert.ts';
import { ExceptionSet } from '../../src/detect/exceptions/exception-set.ts';
import type { Exception } from '../../src/detect/exceptions/exception.ts';
import { loadRules, type RuleSet } from '../../src/detect/rule-file/load-rules.ts';
import type { Rule } from '../../src/detect/rule.ts';
import { Scan, type ScanFindings } from '../../src/detect/scan/scan.ts';
import type { Networks } from '../../src/event/networks.ts';
import type { EventView } from '../../src/event/view.ts';
import { sources } from '../../src/sources/registry.ts';
import { DEFAULT_SOURCE_SETTINGS, type SourceSettings } from '../../src/sources/source.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** Folder of the shipped content. */
export const CONTENT = join(PROJECT, 'content');

/** A time that stands for the present, so that nothing depends on the day of the test. */
export const NOW = Date.UTC(2026, 5, 1);

/** Firewalls write local time; without a word about it that is a fault. */
const SETTINGS: SourceSettings = { ...DEFAULT_SOURCE_SETTINGS, timezone: 'UTC' };

/** Evidence under a name. */
export interface Evidence {
  readonly name: string;
  readonly text: string | Buffer;
}

/** What was read from evidence. */
export interface Read {
  readonly events: number;
  readonly faults: readonly string[];
  readonly skipped: readonly string[];
}

/** The site of the examples: who is a workstation, a server, a domain controller. */
export const exampleSite: Config = loadConfig(join(CONTENT, 'example-site.toml'));

/** All shipped rules as a configuration has them. */
export function shippedRules(config: Config = DEFAULT_CONFIG): RuleSet {
  return loadRules([join(CONTENT, 'rules')], { now: NOW, settings: config.rules });
}

/** @returns files as evidence, unpacked */
export function evidenceOf(files: readonly string[]): Evidence[] {
  return files.map((name) => {
    const bytes = readFileSync(name);
    return { name, text: name.endsWith('.gz') ? gunzipSync(bytes) : bytes };
  });
}

/** Reads evidence through the sources, calling back for each event. */
export function readEvidence(
  evidence: readonly Evidence[],
  networks: Networks,
  onEvent: (event: EventView) => void,
): Read {
  const faults = new FaultLog();
  const skipped: string[] = [];
  let events = 0;
  for (const { name, text } of evidence) {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    const ranked = sources.all.map((source) => ({ source, sure: source.detect(bytes.subarray(0, 65_536)) }));
    const best = ranked.reduce((one, other) => (other.sure > one.sure ? other : one));
    if (best.sure === 0) throw new Error(`no source recognises ${name}`);
    const parser = best.source.open({
      file: name,
      faults,
      networks,
      settings: SETTINGS,
      skipped: (reason) => skipped.push(reason),
    });
    const sink = (event: EventView) => {
      events++;
      onEvent(event);
    };
    parser.push(bytes, sink);
    parser.end(sink);
  }
  const messages = faults.list().flatMap(({ samples }) => samples.map(({ code, message }) => `${code}: ${message}`));
  return { events, faults: messages, skipped };
}

/** What rules made of evidence. */
export interface Found extends Read {
  /** Alerts that no exception silences. */
  readonly alerts: readonly Alert[];
  readonly excepted: readonly Alert[];
  readonly rules: ScanFindings['rules'];
}

/** Runs rules over evidence. */
export function scanEvidence(
  rules: readonly Rule[],
  evidence: readonly Evidence[],
  options: { readonly networks?: Networks; readonly exceptions?: readonly Exception[] } = {},
): Found {
  const networks = options.networks ?? configToNetworks(exampleSite);
  const exceptions = new ExceptionSet(options.exceptions ?? [], NOW);
  const scan = new Scan({
    rules,
    networks,
    exceptionsFor: (rule) => exceptions.forRule(rule.id, rule.exceptionLists),
  });
  const read = readEvidence(evidence, networks, (event) => scan.onEvent(event));
  const findings = scan.finish();
  const all = [...findings.alerts];
  findings.close();
  return {
    ...read,
    alerts: all.filter(({ exceptedBy }) => exceptedBy === undefined),
    excepted: all.filter(({ exceptedBy }) => exceptedBy !== undefined),
    rules: findings.rules,
  };
}
