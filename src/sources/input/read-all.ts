import { FaultLog } from '../../base/fault.ts';
import { discoverInputs, type InputFile } from './discover.ts';
import { type ReadContext, readInput, type ReadResult } from './read.ts';

/** Figures while reading. */
export interface ReadingFigures {
  readonly doneBytes: number;
  /** 0 when unknown (standard input). */
  readonly totalBytes: number;
  readonly file: string;
  readonly events: number;
  readonly faults: number;
}

/** How to read; the rest of {@link ReadContext} is made here. */
export interface ReadAllOptions
  extends Pick<ReadContext, 'sources' | 'networks' | 'settings' | 'sink' | 'gate' | 'isStopped' | 'whenReady'> {
  /** Called often; cheap unless it asks for the figures. */
  readonly progress: (figures: () => ReadingFigures) => void;
}

/** What was read from all inputs. */
export interface ReadSummary {
  readonly files: readonly ReadResult[];
  readonly events: number;
  readonly bytes: number;
  readonly faults: FaultLog;
  /** Records that were recognised but hold no event, by reason, most first. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly interrupted: boolean;
}

/**
 * Reads everything behind the named paths, one file after another.
 *
 * @param paths files, folders, patterns, or `-`
 * @throws INPUT-MISSING when a path names nothing
 */
export async function readAll(paths: readonly string[], options: ReadAllOptions): Promise<ReadSummary> {
  return readInputs(discoverInputs(paths), options);
}

/** Reads inputs one after another; see {@link readAll}. */
export async function readInputs(inputs: readonly InputFile[], options: ReadAllOptions): Promise<ReadSummary> {
  const { gate } = options;
  const totalBytes = inputs.reduce((sum, input) => sum + input.sizeBytes, 0);
  const faults = new FaultLog();
  const skipped = new Map<string, number>();
  const files: ReadResult[] = [];
  let doneBytes = 0;
  let events = 0;
  let current: InputFile | undefined;
  const figures = (): ReadingFigures => ({
    doneBytes,
    totalBytes,
    file: current?.name ?? '',
    events,
    faults: faults.count,
  });
  const context: ReadContext = {
    ...options,
    faults,
    sink: (event) => {
      events++;
      options.sink(event);
    },
    gate: gate && {
      admits: gate.admits,
      pass: (dataset, time) => {
        events++;
        gate.pass(dataset, time);
      },
    },
    skipped: (reason, count) => skipped.set(reason, (skipped.get(reason) ?? 0) + count),
    progress: (bytes) => {
      doneBytes += bytes;
      options.progress(figures);
    },
  };
  for (const input of inputs) {
    if (options.isStopped()) break;
    current = input;
    // A loop, not a spread: an archive may have a million members.
    for (const file of await readInput(input, context)) files.push(file);
  }
  return {
    files,
    events,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    faults,
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })).sort((x, y) => y.count - x.count),
    interrupted: options.isStopped(),
  };
}
