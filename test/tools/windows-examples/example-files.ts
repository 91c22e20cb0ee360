/** The event logs the project ships, as files: examples of rules and evidence to try the program on. */
import { gzipSync } from 'node:zlib';
import { writeEvtx } from '../evtx-writer/write-evtx.ts';
import { ruleExampleLogs } from './rule-examples.ts';
import { storyLogs } from './story.ts';

/** A file to be written. */
export interface ExampleFile {
  /** From the root of the project, with slashes. */
  readonly path: string;
  /** Unpacked: packing may differ from one version of zlib to the next. */
  readonly log: Buffer;
}

/** @returns the evidence below examples/ */
export function evidenceFiles(): ExampleFile[] {
  return [...storyLogs()].map(([name, records]) => ({
    path: `examples/evidence/windows/${name}.evtx.gz`,
    log: writeEvtx({ records }),
  }));
}

/** @returns every log that was written for an example of a rule, whether a rule names it yet or not */
export function ruleExampleFiles(): ExampleFile[] {
  return [...ruleExampleLogs()].map(([name, records]) => ({
    path: `content/rules/examples/${name}.evtx.gz`,
    log: writeEvtx({ records }),
  }));
}

/** @returns the log as it is shipped; a chunk is mostly empty, so a few kilobytes of it remain */
export function packLog(log: Buffer): Buffer {
  const packed = gzipSync(log, { level: 9 });
  // The operating system the file was packed on is of no interest and would differ.
  packed[9] = 0xff;
  return packed;
}
