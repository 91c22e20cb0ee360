import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** What each room may import, beside itself. The order is the way of the data (ARCHITECTURE.md). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  event: ['base'],
  query: ['base', 'event'],
  sources: ['base', 'event'],
  store: ['base', 'event', 'query'],
  config: ['base', 'event', 'sources'],
  detect: ['base', 'event', 'query', 'sources', 'config', 'store'],
  assess: ['base', 'event'],
  report: ['base', 'event', 'detect'],
  respond: ['base', 'event', 'store', 'config', 'detect'],
  server: ['base', 'event', 'query', 'sources', 'store', 'config', 'detect', 'report', 'respond'],
  cli: ['base', 'event', 'query', 'sources', 'config', 'detect', 'assess', 'report', 'server'],
  'main.ts': ['base', 'cli'],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const roomOf = (path: string) => path.split('/')[0]!;

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)];
  return found.map((match) => relative(SRC, normalize(join(SRC, dirname(file), match[1]!))));
}

test('every room imports only rooms below it', () => {
  const wrong = files
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => roomOf(target) !== roomOf(file))
        .filter((target) => !MAY_IMPORT[roomOf(file)]?.includes(roomOf(target)))
        .map((target) => `${file} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

/** Folders in a room that stand on each other, the lowest first. */
const STOREYS: Readonly<Record<string, readonly string[]>> = {
  'detect/schedule': ['reading', 'reach', 'memory', 'cases', 'run'],
  'store/duckdb': ['rows', 'writing'],
};

test.each(Object.entries(STOREYS))('folders of %s import only those below them', (room, storeys) => {
  const storeyOf = (path: string) => storeys.findIndex((name) => path.startsWith(`${room}/${name}/`));
  const inside = files.filter((file) => storeyOf(file) >= 0 && !file.endsWith('.test.ts'));
  expect(new Set(inside.map(storeyOf)).size).toBe(storeys.length);
  const wrong = inside.flatMap((file) =>
    importsOf(file)
      .filter((target) => storeyOf(target) > storeyOf(file))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('sources do not import each other', () => {
  const wrong = files
    .filter((file) => file.startsWith('sources/') && file.split('/').length > 2 && !file.endsWith('.test.ts'))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('sources/') && target.split('/').length > 2)
        .filter(
          (target) =>
            target.split('/')[1] !== file.split('/')[1] && !['json', 'windows'].includes(target.split('/')[1]!),
        )
        .map((target) => `${file} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

/** Lists and what their entries are called; an entry in a folder of its own is that folder. */
const LISTS: Readonly<Record<string, RegExp>> = {
  'cli/commands.ts': /^cli\/commands\//,
  'cli/commands/alerts.ts': /^cli\/commands\/alerts\//,
  'cli/commands/except.ts': /^cli\/commands\/except\//,
  'cli/commands/rules.ts': /^cli\/commands\/rules\//,
  'detect/executors/executors.ts': /^detect\/executors\/(?!executor\.ts|single-events\.ts)/,
  'detect/rule-file/lint/query-lints.ts': /\/(?!query-lint\.ts)[\w-]+\.ts$/,
  'report/formats.ts': /^report\//,
  'server/routes.ts': /^server\/routes\//,
  'sources/zeek/logs.ts': /^sources\/zeek\/logs\//,
};

test.each(Object.entries(LISTS))('entries of %s never import each other', (listFile, isEntry) => {
  const entries = importsOf(listFile).filter((target) => isEntry.test(target));
  expect(entries.length).toBeGreaterThan(1);
  const wrong = entries.flatMap((entry) => {
    const folder = dirname(entry);
    const own =
      entry === `${folder}/${basename(folder)}.ts` ? files.filter((file) => dirname(file) === folder) : [entry];
    return own
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => importsOf(file).map((target) => [file, target] as const))
      .filter(([, target]) => !own.includes(target) && entries.some((other) => isWithin(target, other)))
      .map(([file, target]) => `${file} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

/** Whether a file is an entry of a list, or stands in the folder of one that has a folder. */
function isWithin(target: string, entry: string): boolean {
  const folder = dirname(entry);
  return target === entry || (entry === `${folder}/${basename(folder)}.ts` && dirname(target) === folder);
}

test('base, event and query depend on no package but those with a reason in docs/dependencies.md', () => {
  const allowed = new Set(['re2js', 'smol-toml', 'yaml', 'vitest', 'fast-check']);
  const wrong = files
    .filter((file) => ['base', 'event', 'query'].includes(roomOf(file)))
    .flatMap((file) => {
      const text = readFileSync(join(SRC, file), 'utf8');
      return [...text.matchAll(/from '([^.'][^']*)'/g)]
        .map((match) => match[1]!)
        .filter((name) => !name.startsWith('node:') && !allowed.has(name))
        .map((name) => `${file} imports ${name}`);
    });
  expect(wrong).toEqual([]);
});
