/** Holds the pages for users against the program: their examples load, run and mean what the pages say. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { SmbError } from '../src/base/error.ts';
import { parseToml } from '../src/base/toml/parse-toml.ts';
import { buildProgram } from '../src/cli/program.ts';
import { configReference } from '../src/config/config-keys.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { parseConfig } from '../src/config/load-config.ts';
import { type LoadedExceptions, parseExceptions } from '../src/detect/exceptions/load-exceptions.ts';
import { BUILT_IN_RULES } from '../src/detect/load-detection.ts';
import { loadRuleFile, parseRule } from '../src/detect/rule-file/load-rule-file.ts';
import { loadRules } from '../src/detect/rule-file/load-rules.ts';
import { ruleReference } from '../src/detect/rule-file/rule-keys.ts';
import { runExample } from '../src/detect/run-examples.ts';
import { loadValueList } from '../src/detect/value-lists/load-value-list.ts';
import { LIST_KINDS } from '../src/detect/value-lists/value-list-entry.ts';
import type { Document } from '../src/event/document.ts';
import { DocumentEvent } from '../src/event/document-event.ts';
import { Networks } from '../src/event/networks.ts';
import { compileMatcher } from '../src/query/compile/matcher.ts';
import { compileKql } from '../src/query/kql/compile-kql.ts';
import { blocks, plain, rows, section } from './tools/pages.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
const KQL = read('docs/kql.md');
const RULES = read('docs/rules.md');
const EXCEPTIONS = read('docs/exceptions.md');
const SEQUENCES = read('docs/sequences.md');

/** When the pages are read: before the ends of their exceptions. */
const NOW = Date.parse('2026-03-02T14:30:00Z');
const CONTEXT = { now: NOW, settings: DEFAULT_CONFIG.rules };
const networks = new Networks();

const folder = mkdtempSync(join(tmpdir(), 'docs-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const page of [RULES, EXCEPTIONS, SEQUENCES]) {
  for (const [, path, text] of page.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)^```$/gm)) {
    const file = join(folder, path!);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text!);
  }
}

const compile = (query: string) => compileKql({ file: 'query', text: query }, { now: NOW });
const matches = (query: string, document: Document) =>
  compileMatcher(compile(query).predicate)(new DocumentEvent(networks, document));

// docs/kql.md

const asked = rows(KQL, 'query', 'matches', 'why').map(([query, answer]) => [plain(query!), answer!] as const);

test.each(asked)('docs/kql.md: %s on the event of the page: %s', (query, answer) => {
  const event = JSON.parse(/<!-- event -->\n```json\n([\s\S]*?)```/.exec(KQL)![1]!) as Document;
  expect(matches(query, event)).toBe(answer === 'yes');
});

const wrong = rows(section(KQL, 'errors'), 'query', 'error').map(([query, said]) => [plain(query!), said!] as const);

test.each(wrong)('docs/kql.md: %s fails: %s', (query, said) => {
  expect(() => compile(query)).toThrow(SmbError);
  expect(() => compile(query)).toThrow(said);
});

const odd = rows(section(KQL, 'remarks'), 'query', 'remark').map(
  ([query, code]) => [plain(query!), plain(code!)] as const,
);

test.each(odd)('docs/kql.md: %s compiles with the remark %s', (query, code) => {
  expect(compile(query).diagnostics.map((remark) => remark.code)).toEqual([code]);
});

const listed = blocks(KQL, 'kql').flatMap((block) => block.trim().split('\n'));
const commanded = [
  ...pages
    .map(read)
    .join('\n')
    .matchAll(/^smbastion query '([^']*)'/gm),
].map((match) => match[1]!);

test.each([...listed, ...commanded])('documented query compiles without remarks: %s', (query) => {
  expect(compile(query).diagnostics).toEqual([]);
});

test('docs/kql.md has ten questions, and examples of every kind', () => {
  expect(blocks(KQL.split('## Ten questions')[1]!, 'kql')[0]!.trim().split('\n')).toHaveLength(10);
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.every(([, answer]) => answer === 'yes' || answer === 'no')).toBe(true);
  expect(wrong.length).toBeGreaterThan(10);
});

// docs/rules.md and docs/exceptions.md

/** Keys that a fragment of a rule needs around it; its type is the table it shows. */
function wholeRule(fragment: string): string {
  const type = /^\[rule\.(threshold|new_terms|finding)\]/m.exec(fragment)?.[1] ?? 'query';
  return `[rule]\nid = "x"\nname = "x"\ntype = "${type}"\nseverity = "low"\nquery = '''event.code:1'''\n${fragment}`;
}

const lists = new Map([loadValueList(join(folder, 'partners.txt'))].map((one) => [one.list.name, one.list]));
const ruleIds = loadRules([BUILT_IN_RULES], CONTEXT).rules.map(({ id }) => id);
const loadText = (text: string): LoadedExceptions =>
  parseExceptions([{ file: 'page.toml', text }], { lists, ruleIds, now: NOW });

const tomls = [...blocks(RULES, 'toml'), ...blocks(EXCEPTIONS, 'toml')].map(
  (text) => [text.split('\n')[1]!, text] as const,
);

test.each(tomls)('the TOML example with %s loads', (_, text) => {
  if (text.startsWith('# smbastion.toml')) {
    const { rules } = parseConfig({ file: 'smbastion.toml', text });
    const { errors } = loadRules([BUILT_IN_RULES], { now: NOW, settings: { ...rules, folders: [] } });
    expect(errors).toEqual([]);
  } else if (text.startsWith('[[exception]]')) {
    const { errors, warnings, exceptions } = loadText(text);
    expect([...errors, ...warnings]).toEqual([]);
    expect(exceptions).toHaveLength(1);
  } else {
    const { errors, rule } = parseRule(
      { file: 'page.toml', text: text.startsWith('[rule]') ? text : wholeRule(text) },
      CONTEXT,
    );
    expect(errors).toEqual([]);
    expect(rule).toBeDefined();
  }
});

test('the rule of docs/rules.md loads without remarks, and its examples pass', async () => {
  const { rule, warnings } = loadRuleFile(join(folder, 'my-rules/program-on-public-share.toml'), CONTEXT);
  expect(warnings).toEqual([]);
  const results = await Promise.all(rule!.examples.map((example) => runExample(rule!, example, DEFAULT_CONFIG)));
  expect(results.map(({ passed, problems }) => ({ passed, problems }))).toEqual([
    { passed: true, problems: [] },
    { passed: true, problems: [] },
  ]);
});

test('the value list of docs/exceptions.md loads without remarks', () => {
  const { errors, warnings, list } = loadValueList(join(folder, 'partners.txt'));
  expect([...errors, ...warnings]).toEqual([]);
  expect(list.has('8.8.4.7')).toBe(true);
});

const entries = rows(EXCEPTIONS, 'operator', 'example').map(
  ([operator, entry]) => [plain(operator!), plain(entry!)] as const,
);

test.each(entries)('the entry of %s loads: %s', (operator, entry) => {
  const head = `[[exception]]\nid = "x"\nname = "x"\nrules = ["spray"]\nowner = "x"\nreason = "x"\nexpires = "never"`;
  const { errors } = loadText(`${head}\n[[exception.item]]\nentries = [${entry}]\n`);
  expect(errors).toEqual([]);
  expect(entry).toContain(`operator = "${operator}"`);
});

/** `10.0.0.1 → 8.8.8.8:445, field value` as an event. */
function connection(text: string): Document {
  const [, client, server, port, field, value] = /^(\S+) → (\S+):(\d+)(?:, (\S+) (\S+))?$/.exec(text)!;
  return {
    '@timestamp': '2026-03-02T12:00:00Z',
    'client.ip': client!,
    'server.ip': server!,
    'server.port': Number(port),
    ...(field === undefined ? {} : { [field]: value! }),
  };
}

const cases = EXCEPTIONS.split('\n### ')
  .slice(1)
  .flatMap((part) => {
    const text = blocks(part, 'toml').find((block) => block.startsWith('[[exception]]')) ?? '';
    const name = part.split('\n')[0]!;
    return rows(part, 'connection', 'silenced').map(([of, answer]) => [name, plain(of!), answer!, text] as const);
  });

test.each(cases)('docs/exceptions.md, %s: %s silenced: %s', (_, of, answer, text) => {
  const [exception] = loadText(text).exceptions;
  const isSilenced = compileMatcher(exception!.predicate)(new DocumentEvent(networks, connection(of)));
  expect(isSilenced ? 'yes' : 'no').toBe(answer);
});

test('docs/exceptions.md has a worked case for each cause of harmless findings', () => {
  expect(cases.map(([name]) => name).filter((name, i, all) => all.indexOf(name) === i)).toHaveLength(5);
  expect(cases.filter(([, , answer]) => answer === 'no').length).toBeGreaterThanOrEqual(5);
});

// Complete lists: what the pages tell is what the program knows.

/** Codes of a family that the program's source names. */
const codesIn = (under: string, family: string) => {
  const files = readdirSync(join(ROOT, 'src', under), { recursive: true, encoding: 'utf8' });
  const text = files.filter((name) => /(?<!\.test)\.ts$/.test(name)).map((name) => read(`src/${under}/${name}`));
  return [...new Set(text.join('\n').match(new RegExp(`(?<=')${family}-[A-Z-]+(?=')`, 'g')))].toSorted();
};
const ERRORS = [
  'KQL-SYNTAX',
  'KQL-TYPE',
  'EXCEPTION-KEY',
  'EXCEPTION-VALUE',
  'EXCEPTION-READ',
  'LIST-VALUE',
  'LIST-READ',
];

test.each([
  ['docs/kql.md', 'query', 'KQL'],
  ['docs/rules.md', 'detect/rule-file', 'LINT'],
  ['docs/exceptions.md', 'detect/exceptions', 'EXCEPTION'],
  ['docs/exceptions.md', 'detect/value-lists', 'LIST'],
])('%s lists every remark of src/%s', (page, under, family) => {
  const told = new Set(read(page).match(new RegExp(`(?<=\`)${family}-[A-Z-]+(?=\`)`, 'g')));
  const known = codesIn(under, family).filter((code) => !ERRORS.includes(code));
  expect([...told].filter((code) => !ERRORS.includes(code)).toSorted()).toEqual(known);
});

test('docs/exceptions.md names every operator and every kind of list', () => {
  const source = read('src/detect/exceptions/exception-keys.ts');
  const operators = [...(/const OPERATORS = \[([\s\S]*?)\]/.exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)];
  expect([...new Set(entries.map(([operator]) => operator))]).toEqual(operators.map((match) => match[1]));
  expect(rows(EXCEPTIONS, 'kind').map(([kind]) => plain(kind!))).toEqual([...LIST_KINDS]);
});

const keysOf = (page: string) => rows(read(page), 'key').map(([key]) => plain(key!));

test('the pages of keys are up to date', () => {
  expect(keysOf('docs/rule-keys.md')).toEqual(ruleReference().map(({ key }) => key));
  expect(keysOf('docs/configuration.md')).toEqual(configReference().map(({ key }) => key));
});

// Every page

test('generated pages say so, and no other page does', () => {
  const script = read('scripts/reference-docs.mjs');
  const generated = [
    ...script.matchAll(/^\s*(?:page\(\s*)?'([\w-]+\.md)',/gm),
    ...script.matchAll(/page\('([\w-]+\.md)'/g),
  ];
  const names = [...new Set(generated.map((match) => `docs/${match[1]}`))].toSorted();
  expect(names).toContain('docs/rule-keys.md');
  expect(pages.filter((page) => read(page).includes('<!-- Generated by')).toSorted()).toEqual(names);
});

test.each(pages)('%s: links and paths lead somewhere', (page) => {
  const text = read(page);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) =>
    resolve(ROOT, dirname(page), match[1]!),
  );
  const paths = [...text.matchAll(/(?<![\w/-])(?:docs|content|src|examples)\/[\w./-]*\w/g)].map((match) => match[0]);
  // `examples/x.jsonl` beside a rule is a path of the reader's own folder, written to ours above.
  const missing = paths.filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(folder, 'my-rules', path)));
  expect([...links.filter((path) => !existsSync(path)), ...missing]).toEqual([]);
});

/** `smbastion rules lint x --strict` split into command and options, comments and quoted texts left out. */
const commands = pages.flatMap((page) =>
  blocks(read(page), '')
    .flatMap((block) => block.replaceAll(/\\\n/g, ' ').split('\n'))
    .filter((line) => /^(?:\S+ \S+ \| )?smbastion [a-z]/.test(line))
    .map(
      (line) =>
        [
          page,
          line
            .replace(/^.*?\| (?=smbastion)/, '')
            .replace(/\s#.*$/, '')
            .replaceAll(/'[^']*'/g, 'x'),
        ] as const,
    ),
);

test.each(commands)('%s: the command exists: %s', (_, line) => {
  const words = line.split(/\s+/).slice(1);
  let command = buildProgram();
  for (const word of words) command = command.commands.find((one) => one.name() === word) ?? command;
  const known = command.options.flatMap(({ short, long }) => [short, long]);
  expect(command.commands, `no command in "${line}"`).toHaveLength(0);
  expect(words.filter((word) => word.startsWith('-') && word !== '-' && !known.includes(word))).toEqual([]);
});

test('the TOML of README.md is a configuration', () => {
  for (const text of blocks(read('README.md'), 'toml')) {
    expect(() => parseToml({ file: 'README.md', text })).not.toThrow();
    expect(() => parseConfig({ file: 'smbastion.toml', text })).not.toThrow();
  }
});
