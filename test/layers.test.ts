import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** What each room may import, beside itself. The order is the way of the data (ARCHITECTURE.md). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  event: ['base'],
  query: ['base', 'event'],
  sources: ['base', 'event'],
  config: ['base', 'event', 'sources'],
  detect: ['base', 'event', 'query', 'sources', 'config'],
  report: ['base', 'event', 'detect'],
  cli: ['base', 'event', 'query', 'sources', 'config', 'detect', 'report'],
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

test('sources do not import each other', () => {
  const wrong = files
    .filter((file) => file.startsWith('sources/') && file.split('/').length > 2 && !file.endsWith('.test.ts'))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('sources/') && target.split('/').length > 2)
        .filter((target) => target.split('/')[1] !== file.split('/')[1] && target.split('/')[1] !== 'json')
        .map((target) => `${file} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

test('base, event and query depend on no package but those with a reason in docs/dependencies.md', () => {
  const allowed = new Set(['re2js', 'smol-toml', 'vitest', 'fast-check']);
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
