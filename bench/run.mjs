// Runs the benchmarks: `npm run bench` for all, `npm run bench -- json zeek` for those whose file name has one of the words.
// Each file exports `name` and `run()`, measures a baseline in the same run, and prints figures; nothing here asserts.
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const folder = new URL('../build/bench/', import.meta.url);
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.js'))
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();

console.log(
  `node ${process.version}, ${cpus()[0]?.model.trim()} x ${cpus().length}, ${Math.round(totalmem() / 1e9)} GB, ${new Date().toISOString()}`,
);
for (const file of files) {
  const bench = await import(new URL(file, folder));
  console.log(`\n== ${bench.name} (${file.replace('.js', '.ts')})`);
  await bench.run();
}
