import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { ReadConnections } from './read-connections.ts';
import { rowsAt } from './rows-at.ts';

const table = { text: 'rows', parameters: [] };
const columns = { text: 'position, told', parameters: [] };

/** @returns every so many positions from one on */
const every = (step: number, from: number, count: number) => Array.from({ length: count }, (_, i) => from + i * step);

test.each([
  ['none', []],
  ['one', [400_000]],
  ['far from each other', every(20_011, 7, 24)],
  [
    'more than are gone to at once',
    [...every(3_001, 100, 30), ...every(3_001, 200_000, 30), ...every(3_001, 390_000, 30)],
  ],
  ['many of one group', every(5, 250_003, 300)],
  ['many of one group and few of others', [499_999, ...every(3, 122_000, 200), 17, 18, 19]],
  ['some that are not there', [-3, 900_000, ...every(1, 9, 60)]],
])('rows at positions: %s', async (_, positions) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("CREATE TABLE rows AS SELECT range + 1 AS position, 'n' || position AS told FROM range(500000)");
  // Numbers of rows are not positions.
  await connection.run('DELETE FROM rows WHERE position % 7 = 6');
  await connection.run("INSERT INTO rows SELECT range, 'n' || range FROM range(500001, 500100)");
  const found = await rowsAt(new ReadConnections(instance, 10_000), table, columns, positions);
  connection.closeSync();
  const there = positions.filter((one) => one > 0 && one < 500_100 && (one % 7 !== 6 || one > 500_000));
  const told = found.map(([position, text]) => [Number(position), text]);
  expect(told.sort(([one], [other]) => Number(one) - Number(other))).toEqual(
    there.sort((one, other) => one - other).map((one) => [one, `n${one}`]),
  );
  instance.closeSync();
});
