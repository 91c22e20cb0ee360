import { expect, test } from 'vitest';
import { parseEql } from '../../../query/eql/parser.ts';
import { Remarks } from '../../../query/remarks.ts';
import { eventShapes } from './eql-shape.ts';
import { QUERY_LINTS } from './query-lints.ts';

/** Codes of the remarks on a query, with what is underlined. */
function lint(text: string): string[] {
  const source = { file: 'query', text };
  const remarks = new Remarks(source, 'LINT-MORE');
  for (const { ast, given } of eventShapes(parseEql(source), 'event.category')) {
    for (const check of QUERY_LINTS) {
      check({ ast, language: 'eql', remarks, given, hasDatasets: false, knownDatasets: ['zeek.conn'] });
    }
  }
  return remarks.diagnostics.map(({ code, place }) => {
    const { column, length } = place!;
    return `${code} ${text.slice(column - 1, column - 1 + length)}`;
  });
}

const query = (condition: string) => `any where ${condition}`;

test.each<[condition: string, remarks: string[]]>([
  // Values that never occur.
  ['smb.share.name == "admin$"', ['LINT-NEVER "admin$"']],
  ['smb.share.name : "admin$"', []],
  ['smb.share.name in ("ADMIN$", "c$")', ['LINT-NEVER "c$"']],
  ['smb.share.name in~ ("admin$", "c$")', []],
  ['smb.share.name : "\\\\\\\\fs1\\\\admin$"', ['LINT-NEVER "\\\\\\\\fs1\\\\admin$"']],
  ['startsWith(smb.share.name, "adm")', ['LINT-NEVER "adm"']],
  ['startsWith~(smb.share.name, "adm")', []],
  ['endsWith(file.extension, "EXE")', ['LINT-NEVER "EXE"']],
  ['event.dataset == "zeek.con"', ['LINT-NEVER "zeek.con"']],
  ['"refuse" == smb.flow.outcome', ['LINT-NEVER "refuse"']],
  ['source.port == 70000', ['LINT-NEVER 70000']],
  ['source.port > 5 and 5 > source.port', ['LINT-NEVER 5 > source.port']],
  // What is also true for events without the field.
  ['user.name != "x"', ['LINT-ABSENT user.name']],
  ['user.name not in ("x", "y")', ['LINT-ABSENT user.name']],
  ['not user.name : ("x", "y*")', ['LINT-ABSENT user.name']],
  ['not startsWith(user.name, "x")', ['LINT-ABSENT user.name']],
  ['not length(user.name) > 3', ['LINT-ABSENT user.name']],
  ['length(user.name) != 3', ['LINT-ABSENT user.name']],
  ['not user.name regex "x.*"', ['LINT-ABSENT user.name']],
  ['?user.name != "x"', []],
  ['user.name != null and user.name != "x"', []],
  ['user.name : "a*" and user.name != "ab"', []],
  ['user.name != "x" or user.name == null', []],
  ['user.name == null', []],
  ['not smb.share.admin', []],
  // Long fields read from end to end.
  ['process.command_line : "*net use*"', ['LINT-LEADING-STAR "*net use*"']],
  ['stringContains~(process.command_line, "net use")', ['LINT-LEADING-STAR "net use"']],
  ['event.code == "1" and process.command_line : "*net use*"', []],
  ['process.command_line : "net*"', []],
])('%s: %j', (condition, remarks) => {
  expect(lint(query(condition))).toEqual(remarks);
});

test('the category narrows the events', () => {
  expect(lint('process where process.command_line : "*net use*"')).toEqual([]);
});

test('each event of a sequence is looked at, and keys must be there', () => {
  const other = '[file where true] by user.name';
  expect(lint(`sequence by host.name ${other} [any where user.name != "x" and host.name != "y"] by user.name`)).toEqual(
    [],
  );
  expect(
    lint(`sequence ${other} [any where host.name != "y"] by ?user.name until [any where user.name != "x"] by user.id`),
  ).toEqual(['LINT-ABSENT host.name', 'LINT-ABSENT user.name']);
});
