import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SmbError, formatError } from '../base/error.ts';
import { configToNetworks, DEFAULT_CONFIG } from './config.ts';
import { configReference } from './config-keys.ts';
import { loadConfig, parseConfig } from './load-config.ts';

const CHECKS = { limits: ['matches-remembered', 'temporary-bytes'] };
const read = (text: string) => parseConfig({ file: '/site/smbastion.toml', text }, CHECKS);

function errorsOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SmbError) return formatError(error);
    throw error;
  }
  return 'no error';
}

const FULL = `
[networks]
internal = ["150.1.0.0/16", "2001:67c:1::/48"]
default_internal = false
[roles]
workstation = ["10.1.0.0/16"]
"branch office" = ["10.9.0.0/16", "10.8.0.7"]
[sources]
timezone = "Europe/Vienna"
max_record = "1MiB"
inside_zones = ["Trust"]
outside_zones = ["Untrust"]
[rules]
folders = ["rules", "/opt/rules"]
enable = ["a"]
disable = ["b"]
[rules.parameters."smb-sweep"]
hosts = 50
[rules.override."smb-sweep"]
severity = "low"
risk_score = 10
[exceptions]
files = ["exceptions.toml"]
[lists]
files = ["../lists/cloud.txt"]
[limits]
matches-remembered = 1000
temporary-bytes = "2GiB"
`;

test('an empty file is the defaults', () => {
  const { file, ...config } = read('');
  const { file: none, ...defaults } = DEFAULT_CONFIG;
  expect(config).toEqual(defaults);
  expect([file, none]).toEqual(['/site/smbastion.toml', undefined]);
});

test('every key is read; paths are relative to the file', () => {
  const config = read(FULL);
  expect(config.sources).toEqual({
    timezone: 'Europe/Vienna',
    maxRecordBytes: 1_048_576,
    insideZones: ['trust'],
    outsideZones: ['untrust'],
    limits: config.limits,
  });
  expect(config.rules.folders).toEqual([resolve('/site/rules'), '/opt/rules']);
  expect([config.exceptionFiles, config.listFiles]).toEqual([['/site/exceptions.toml'], ['/lists/cloud.txt']]);
  expect(config.limits).toEqual({ 'matches-remembered': 1000, 'temporary-bytes': 2_147_483_648 });
  expect(config.rules.enable[0]?.place).toMatchObject({ line: 15, column: 11, length: 3 });
  expect(config.rules.parameters.get('smb-sweep')?.values.get('hosts')).toMatchObject({
    value: 50,
    place: { line: 18, column: 9 },
    key: { line: 18, column: 1 },
  });
  expect(config.rules.overrides.get('smb-sweep')).toMatchObject({ severity: 'low', riskScore: 10 });
});

test('networks and roles answer for addresses', () => {
  const networks = configToNetworks(read(FULL));
  const places = ['150.1.2.3', '2001:67c:1::5', '10.0.0.5', '8.8.4.4'].map((address) => networks.placeOf(address));
  expect(places).toEqual(['inside', 'inside', 'special', 'outside']);
  expect(networks.rolesOf('10.1.2.3')).toEqual(['workstation']);
  expect(networks.rolesOf('10.8.0.7')).toEqual(['branch office']);
  expect(networks.knowsOwnIpv6).toBe(true);
  expect(configToNetworks(DEFAULT_CONFIG).placeOf('10.0.0.5')).toBe('inside');
});

test('a network with host bits is read as the network and remarked on', () => {
  const { internal, warnings } = read('[networks]\ninternal = ["10.1.2.3/8"]');
  expect(internal[0]?.low.text).toBe('10.0.0.0');
  expect(warnings.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)).toEqual([
    'CONFIG-HOST-BITS 2:13',
  ]);
});

describe('errors', () => {
  test.each([
    ['[network]\ninternal = []'],
    ['[networks]\ninternal = "10.0.0.0/8"'],
    ['[networks]\ninternal = ["10.0.0.0/33"]'],
    ['[sources]\ntimezone = "Europe/Wien"'],
    ['[sources]\nmax_record = "16"'],
    ['[rules]\nenable = ["a"]\ndisable = ["a"]'],
    ['[rules.parameters]\nsmb-sweep = 5'],
    ['[rules.override.a]\nseverity = "hihg"\nrisk_score = 101'],
    ['[limits]\nmatches-rememberd = 1'],
    ['[limits]\nmatches-remembered = 0'],
    ['[limits]\nfish = 1'],
    ['[lists]\nfile = ["x"]'],
    ['[networks'],
  ])('%j', (text) => {
    expect(errorsOf(() => read(text))).toMatchSnapshot();
  });

  test('a file that is named and not there is an error', () => {
    expect(errorsOf(() => loadConfig('/nowhere/smbastion.toml'))).toContain('CONFIG-READ');
  });
});

test('a file that is named is read', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'smbastion-config-')), 'site.toml');
  writeFileSync(file, '[limits]\nany-name = 3');
  expect(loadConfig(file)).toMatchObject({ file, limits: { 'any-name': 3 } });
});

test('the reference names every key once', () => {
  const rows = configReference();
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  expect(rows.map(({ key, type }) => `${key}: ${type}`)).toMatchSnapshot();
});

test('a file that says the defaults of the reference is the configuration without a file', () => {
  const lines = configReference().flatMap(({ key, default: value }) => {
    // Names of channels are the user's, and some defaults depend on the machine: they are told in words.
    const isValue = value !== undefined && !key.includes('<') && key !== 'ingest.readers';
    return isValue ? [`${key} = ${value}`] : [];
  });
  expect(lines.length).toBeGreaterThan(35);
  const file = resolve('smbastion.toml');
  const utc = { timezone: 'UTC' };
  expect(parseConfig({ file, text: lines.join('\n') }, CHECKS)).toEqual({
    ...DEFAULT_CONFIG,
    file,
    // Unless a zone is named, times without one are UTC, too.
    sources: { ...DEFAULT_CONFIG.sources, ...utc },
    sigma: { ...DEFAULT_CONFIG.sigma, ...utc },
  });
});
