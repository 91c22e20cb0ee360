#!/usr/bin/env node
import { boundHeapGrowth } from './cli/heap-growth.ts';
import { run } from './cli/program.ts';

boundHeapGrowth();
await run(process.argv);
