import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { CONTENT_FOLDER, readContentJson } from '../../base/content.ts';
import { formatError } from '../../base/error.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { parseConfig } from '../../config/load-config.ts';
import { ruleReference } from './rule-keys.ts';
import { type AttackTechnique, TECHNIQUE_ID } from './attack-techniques.ts';
import { loadRules } from './load-rules.ts';

const CONTEXT = { now: 0, settings: DEFAULT_CONFIG.rules };
const rule = (id: string, more = '') =>
  `[rule]\nid = "${id}"\nname = "${id}"\nseverity = "low"\ntype = "query"\nquery = "event.code:1"\n${more}`;

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-rules-'));
  mkdirSync(join(folder, 'inner'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('one bad file never hides another, and counts add up', () => {
  const folder = folderOf({
    'b.toml': rule('b'),
    'broken.toml': '[rule\n',
    'wrong.toml': rule('w', 'colour = 1'),
    'sequence.toml': rule('s').replace('"query"', '"sequence"'),
    'inner/a.toml': rule('a'),
    'notes.txt': 'no rule',
  });
  const set = loadRules([folder, join(folder, 'nowhere')], CONTEXT);
  expect(set.rules.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(set.unsupported.map(({ id }) => id)).toEqual(['s']);
  expect(set.failed).toEqual([join(folder, 'broken.toml'), join(folder, 'wrong.toml')]);
  expect(set.errors.map(({ code }) => code)).toEqual(['RULE-READ', 'TOML-SYNTAX', 'RULE-KEY']);
});

test('a folder that is named in two ways is read once', () => {
  const folder = folderOf({ 'b.toml': rule('b') });
  symlinkSync(folder, `${folder}-link`);
  const { rules, errors } = loadRules([folder, relative('.', folder), `${folder}-link`], CONTEXT);
  expect([rules.length, errors]).toEqual([1, []]);
});

test('two rules with one id are an error that names both files; one that loads is kept', () => {
  const folder = folderOf({ '1.toml': rule('a', 'colour = 1'), '2.toml': rule('a'), '3.toml': rule('a') });
  const set = loadRules([folder], CONTEXT);
  expect(set.rules.map(({ file }) => file)).toEqual([join(folder, '2.toml')]);
  expect(set.failed).toEqual([join(folder, '1.toml'), join(folder, '3.toml')]);
  const duplicates = set.errors.filter(({ code }) => code === 'RULE-DUPLICATE').map(formatError);
  expect(duplicates).toHaveLength(2);
  expect(duplicates[1]).toContain('2.toml');
  expect(duplicates[1]).toContain('3.toml');
});

test('a rule that the configuration names and that is not there is an error with the nearest id', () => {
  const settings = parseConfig({
    file: 'site.toml',
    text: '[rules]\nenable = ["smb-swep"]\ndisable = ["smb-sweep"]\n[rules.parameters.none]\nx = 1\n[rules.override.nobody]\nseverity = "low"',
  }).rules;
  const set = loadRules([folderOf({ 'a.toml': rule('smb-sweep') })], { now: 0, settings });
  expect(set.errors.map(formatError).join('\n')).toMatchSnapshot();
});

test('the rules we ship load without errors, and fields and values in them exist', () => {
  const set = loadRules([join(CONTENT_FOLDER, 'rules')], CONTEXT);
  expect(set.errors.map(formatError)).toEqual([]);
  expect(set.rules.length).toBeGreaterThan(0);
  const remarks = set.warnings.filter(
    ({ code }) => code.startsWith('KQL-') || code === 'LINT-NEVER' || code === 'LINT-ATTACK',
  );
  expect(remarks.map(({ code, message, place }) => `${code} ${place?.file}:${place?.line} ${message}`)).toEqual([]);
});

test('the reference of rule files names every key once', () => {
  const rows = ruleReference();
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  expect(rows.filter(({ meaning }) => meaning === '')).toEqual([]);
  expect(rows.map(({ key }) => key)).toContain('rule.finding.level[].when');
});

test('the table of techniques is well-formed', () => {
  const { techniques, source, date } = readContentJson<{ techniques: AttackTechnique[]; source: string; date: string }>(
    'attack-techniques.json',
  );
  const ids = techniques.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted());
  expect(ids.filter((id) => !TECHNIQUE_ID.test(id))).toEqual([]);
  expect(techniques.filter(({ name, tactics }) => name === '' || tactics.length === 0)).toEqual([]);
  expect([source, date].every((text) => text.length > 0)).toBe(true);
});
