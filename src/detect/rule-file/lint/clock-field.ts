/** A field that puts events in order is of no use where the events of a rule do not have it. */
import { compileGlob, parseGlob } from '../../../base/glob.ts';
import type { TableRead } from '../../../base/toml/toml-reader.ts';
import type { RULE_KEYS } from '../rule-keys.ts';
import type { RuleReading } from '../rule-reading.ts';

/** Datasets whose logs hold a time beside their own; documents of ECS may hold any. */
const DATASETS: Readonly<Record<string, readonly string[]>> = {
  'event.created': ['zeek.*', 'panw.panos'],
  'event.ingested': [],
  'event.start': ['zeek.connection', 'panw.panos', 'netflow.log', 'suricata.*', 'smb.flow', 'smb.file'],
  'event.end': ['zeek.connection', 'panw.panos', 'netflow.log', 'suricata.*', 'smb.flow', 'smb.file'],
  'file.created': ['zeek.smb_files', 'suricata.*', 'smb.file'],
  'file.mtime': ['zeek.smb_files', 'suricata.*', 'smb.file'],
  'file.ctime': ['zeek.smb_files', 'suricata.*', 'smb.file'],
  'file.accessed': ['zeek.smb_files', 'suricata.*', 'smb.file'],
};

/** Warns of a `timestamp_field` that the datasets of the rule do not have. */
export function lintClockField(reading: RuleReading, { values, nodes }: TableRead<typeof RULE_KEYS>): void {
  const { timestamp_field: name, datasets = [] } = values;
  if (name === undefined || name === '@timestamp' || !nodes.timestamp_field) return;
  const holders = DATASETS[name] ?? [];
  const without = datasets.filter(({ value }) => !holders.some((holder) => mayMeet(value, holder)));
  if (datasets.length > 0 ? without.length === 0 : holders.length > 0) return;
  const where = datasets.length === 0 ? 'any log' : without.map(({ value }) => value).join(', ');
  const message = `${name} is not in ${where}; only documents of ECS may hold it, and events without it take no part`;
  reading.warn('LINT-CLOCK', message, nodes.timestamp_field);
}

/** Whether a dataset can fit both names; each may hold stars. */
function mayMeet(one: string, other: string): boolean {
  return compileGlob(parseGlob(one))(other) || compileGlob(parseGlob(other))(one);
}
