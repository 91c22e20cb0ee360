import { describe, expect, test } from 'vitest';
import { formatError } from '../error.ts';
import { parseToml } from './parse-toml.ts';
import {
  byteSize,
  cidr,
  duration,
  flag,
  integer,
  list,
  mapOf,
  number,
  oneOf,
  scalar,
  table,
  tables,
  text,
  texts,
} from './shapes.ts';
import { TomlReader } from './toml-reader.ts';

const KEYS = {
  name: { shape: text(), meaning: 'a name', required: true },
  note: { shape: text({ empty: true }), meaning: 'words' },
  hosts: { shape: integer({ min: 1, max: 100 }), meaning: 'hosts' },
  score: { shape: number(), meaning: 'score' },
  level: { shape: oneOf(['low', 'medium', 'high']), meaning: 'level' },
  enabled: { shape: flag(), meaning: 'on' },
  window: { shape: duration({ min: 1000 }), meaning: 'window' },
  size: { shape: byteSize({ min: 1, max: 1024 ** 3 }), meaning: 'size' },
  nets: { shape: list(cidr(), { min: 1, max: 3 }), meaning: 'networks' },
  field: { shape: texts({ orOne: true }), meaning: 'fields' },
  part: { shape: table({ value: { shape: integer({ min: 0 }), meaning: 'value', required: true } }), meaning: 'part' },
  step: { shape: tables({ id: { shape: text(), meaning: 'id', required: true } }), meaning: 'steps' },
  roles: { shape: mapOf(list(cidr()), 'role'), meaning: 'roles' },
  any: { shape: scalar(), meaning: 'any' },
} as const;
const CODES = { key: 'RULE-KEY', value: 'RULE-VALUE', missing: 'RULE-MISSING' } as const;
function read(source: string) {
  const reader = new TomlReader(parseToml({ file: 'a.toml', text: source }), CODES);
  return { ...reader.table(reader.file.root, KEYS), errors: reader.errors };
}

test('values come out with their types', () => {
  const { values, errors } = read(
    'name = "x"\nnote = ""\nhosts = 5\nscore = -1.5\nlevel = "low"\nenabled = true\nwindow = "5m"\nsize = "16MiB"\n' +
      'nets = ["10.0.0.0/8"]\nfield = "a.b"\npart = { value = 0 }\nany = 3\n[[step]]\nid = "1"\n[roles]\nserver = ["10.1.0.0/16"]',
  );
  expect(errors).toEqual([]);
  const { nets, part, step, roles, ...rest } = values;
  expect(rest).toEqual({
    name: 'x',
    note: '',
    hosts: 5,
    score: -1.5,
    level: 'low',
    enabled: true,
    window: 300_000,
    size: 16 * 1024 * 1024,
    field: ['a.b'],
    any: 3,
  });
  expect(nets?.map(({ value }) => value.low.text)).toEqual(['10.0.0.0']);
  expect(part?.values.value).toBe(0);
  expect(step?.map((one) => one.values.id)).toEqual(['1']);
  expect([...(roles ?? [])].map(([role, { value }]) => [role, value.length])).toEqual([['server', 1]]);
});

describe('errors, with place and caret', () => {
  test.each([
    ['nmae = "x"'],
    ['name = " "'],
    ['name = 5'],
    ['name = "x"\nhosts = 101'],
    ['name = "x"\nhosts = 1.5'],
    ['name = "x"\nlevel = "hihg"'],
    ['name = "x"\nenabled = "true"'],
    ['name = "x"\nwindow = "5 minutes"'],
    ['name = "x"\nwindow = "1ms"'],
    ['name = "x"\nsize = "16MB"'],
    ['name = "x"\nnets = ["10.0.0.0/8", "10.0.0/8"]'],
    ['name = "x"\nnets = []'],
    ['name = "x"\nfield = [1]'],
    ['name = "x"\npart = {}'],
    ['name = "x"\n[part]\nvalue = -1\nvlaue = 2'],
    ['name = "x"\n[step]\nid = "1"'],
    ['name = "x"\n[[step]]\n[[step]]\nid = "1"'],
    ['name = "x"\n[roles]\nserver = "10.0.0.0/8"'],
    ['name = "x"\nany = []'],
    ['name = "x"\ncompletely_different = 1'],
  ])('%j', (source) => {
    expect(read(source).errors.map(formatError).join('\n')).toMatchSnapshot();
  });

  test('all of a file are found at once, and what is right is still read', () => {
    const { errors, values } = read('hosts = 0\nlevel = 1\nenabled = true\nfoo = 1');
    expect(errors.map((error) => `${error.code} ${error.place?.line}`)).toEqual([
      'RULE-VALUE 1',
      'RULE-VALUE 2',
      'RULE-KEY 4',
      'RULE-MISSING 1',
    ]);
    expect(values.enabled).toBe(true);
  });
});

const withParameters = (source: string) => {
  const reader = new TomlReader(parseToml({ file: 'a.toml', text: source }), CODES);
  reader.parameters = new Map<string, string | number | boolean>([
    ['hosts', 30],
    ['window', '10m'],
    ['on', true],
  ]);
  return { values: reader.table(reader.file.root, KEYS).values, errors: reader.errors.map(formatError) };
};

describe('parameters', () => {
  test('stand where numbers, durations and truth values are wanted', () => {
    const { values, errors } = withParameters(
      'name = "x"\nhosts = "${hosts}"\nwindow = "${window}"\nenabled = "${on}"',
    );
    expect(errors).toEqual([]);
    expect(values).toMatchObject({ hosts: 30, window: 600_000, enabled: true });
  });

  test('are checked like written values, and a typo gets the nearest name', () => {
    expect(withParameters('name = "x"\nlevel = "${hosts}"\nwindow = "${windwo}"').errors).toMatchSnapshot();
  });
});

test('two hundred thousand wrong keys take a moment and give a hundred errors and a word', () => {
  const lines = Array.from({ length: 200_000 }, (_, i) => `k${i} = 1`);
  const reader = new TomlReader(parseToml({ file: 'a.toml', text: lines.join('\n') }), CODES);
  reader.table(reader.file.root, {});
  expect(reader.failures).toBe(200_000);
  expect(reader.errors).toHaveLength(101);
  expect(reader.errors[99]!.place?.line).toBe(100);
  expect(reader.errors[100]!.message).toBe('There are more errors in a.toml.');
}, 30_000);
