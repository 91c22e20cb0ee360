/**
 * Values that our sources never give, because they bring them into one form: a rule that asks for another form loads,
 * runs and never fires.
 */
import { nearestName } from '../../../base/suggest.ts';
import { compileGlob, parseGlob } from '../../../base/glob.ts';
import { fields } from '../../../event/field.ts';
import { OUTCOME_ORDER } from '../../../event/flow-outcome.ts';
import { pipeName, shareName } from '../../../event/normalise/share.ts';
import type { KqlIs } from '../../../query/kql/ast.ts';
import { type QueryLint, walkKql } from './query-lint.ts';

/** Says why a value never occurs; undefined when it may. */
type Check = (value: string) => string | undefined;

const lower: Check = (value) =>
  value === value.toLowerCase() ? undefined : `is always in lower case: ${value.toLowerCase()}`;

const upper: Check = (value) =>
  value === value.toUpperCase() ? undefined : `is always in capitals: ${value.toUpperCase()}`;

const oneOf =
  (...names: string[]): Check =>
  (value) => {
    if (value.includes('*')) {
      const fits = compileGlob(parseGlob(value));
      return names.some(fits) ? undefined : `is one of ${names.join(', ')}`;
    }
    if (names.includes(value)) return undefined;
    const near = nearestName(value, names);
    return `is one of ${names.join(', ')}${near ? `; did you mean ${near}?` : ''}`;
  };

const share: Check = (value) => {
  if (/[\\/]/.test(value))
    return `is the name alone, without server: ${shareName(value.replace('*\\', 'server\\')) ?? '?'}`;
  return upper(value);
};

const pipe: Check = (value) => {
  if (/^[\\/]|^pipe[\\/]/i.test(value)) return `has no \\pipe\\ before it: ${pipeName(value) ?? '?'}`;
  return lower(value);
};

const extension: Check = (value) =>
  value.startsWith('.') ? `has no dot before it: ${value.slice(1).toLowerCase()}` : lower(value);

const relative: Check = (value) => {
  if (/^[\\/]/.test(value)) return `is below the share and starts without a slash: ${value.replace(/^[\\/]+/, '')}`;
  return value.includes('/') ? `is written with backslashes: ${value.replaceAll('/', '\\')}` : undefined;
};

const code: Check = (value) =>
  /^0+\d/.test(value) ? `is written without leading zeros: ${value.replace(/^0+/, '')}` : undefined;

const place = oneOf('inside', 'outside', 'special', 'loopback');

const CHECKS_BY_NAME: Readonly<Record<string, Check>> = {
  'smb.share.name': share,
  'smb.pipe.name': pipe,
  'smb.file.path': relative,
  'smb.file.name': lower,
  'file.extension': extension,
  'network.transport': lower,
  'network.protocol': lower,
  'smb.flow.transport': lower,
  'smb.command': lower,
  'smb.status': upper,
  'smb.version': oneOf('SMB1', 'SMB2'),
  'smb.flow.outcome': oneOf(...OUTCOME_ORDER),
  'smb.flow.refused_by': oneOf('policy', 'reset', 'icmp'),
  'smb.flow.direction': oneOf('egress', 'ingress', 'internal', 'external', 'undecided'),
  'smb.flow.evidence': oneOf('port', 'protocol', 'quic', 'netbios', 'webdav'),
  'smb.client.place': place,
  'smb.server.place': place,
  'smb.share.type': oneOf('DISK', 'PIPE', 'PRINT'),
  'smb.auth.mechanism': oneOf('ntlm', 'kerberos'),
  'event.outcome': oneOf('success', 'failure', 'unknown'),
  'event.code': code,
  'winlog.event_id': code,
};

/** A field that leaves the catalogue must leave this table: the look-up fails at once. */
const CHECKS: ReadonlyMap<string, Check> = new Map(
  Object.entries(CHECKS_BY_NAME).map(([name, check]) => [fields.get(name).name, check]),
);

/** Warns about values that never occur. */
export const lintNeverOccurs: QueryLint = ({ ast, knownDatasets, remarks }) => {
  walkKql(ast, (node) => {
    if (node.kind !== 'is' || node.field?.kind !== 'literal') return;
    const value = writtenValue(node);
    if (value === undefined) return;
    const name = node.field.value;
    const why = name === 'event.dataset' ? unknownDataset(value, knownDatasets) : neverOccurs(name, value);
    if (why !== undefined) remarks.add('LINT-NEVER', `${name} ${why}; "${value}" never occurs`, node.value);
  });
};

/** @returns why a value, with `*` for its stars, never occurs in a field */
export function neverOccurs(name: string, value: string): string | undefined {
  return CHECKS.get(name)?.(value);
}

/**
 * @param known names and families (`zeek.*`) the sources give
 * @returns why a dataset or a pattern of datasets never occurs
 */
export function unknownDataset(value: string, known: readonly string[] | undefined): string | undefined {
  if (known === undefined) return undefined;
  const fits = compileGlob(parseGlob(value));
  if (known.some((name) => fits(name) || compileGlob(parseGlob(name))(value))) return undefined;
  const stem = value.replace(/\*.*$/, '');
  if (
    value.includes('*') &&
    known.some((name) => name.startsWith(stem) || stem.startsWith(name.replace(/\*.*$/, '')))
  ) {
    return undefined;
  }
  const near = nearestName(value, known);
  return `is given by no source of this version${near ? `; did you mean ${near}?` : ''}`;
}

/** The value with `*` for its stars, or undefined for a lone star and for constants. */
function writtenValue(node: KqlIs): string | undefined {
  const { value } = node;
  if (value.kind === 'literal') return typeof value.value === 'string' ? value.value : undefined;
  const text = value.parts.map((part) => (part.kind === 'text' ? part.text : '*')).join('');
  return /^\**$/.test(text) ? undefined : text;
}
