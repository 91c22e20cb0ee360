// Writes the Sigma rules of the benchmarks to a folder: `npx tsc -p tsconfig.bench.json && node bench/write-sigma-rules.mjs FOLDER [COUNT] [SEED]`.
import { writeSigmaRules } from '../build/bench/sigma-rules.js';

const [folder, count = '2500', seed = '7'] = process.argv.slice(2);
if (folder === undefined) throw new Error('name a folder');
console.log(`${writeSigmaRules(folder, Number(count), Number(seed))} bytes in ${count} rules`);
