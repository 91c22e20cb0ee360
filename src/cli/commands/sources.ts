import { jsonDialects, sources } from '../../sources/registry.ts';
import type { CliCommand } from '../command.ts';
import { layOut } from '../terminal/columns.ts';
import { openOutput, terminalWidth } from '../terminal/output.ts';

/** `smbastion sources`: the formats that can be read. */
export const sourcesCommand: CliCommand = {
  id: 'sources',
  register: (program) => {
    program
      .command('sources')
      .description('list the formats that can be read; they are recognised by content')
      .action(() => {
        const output = openOutput(undefined);
        const rows = [...sources.all, ...jsonDialects].flatMap(({ id, title, datasets }) => [
          [id, title],
          ['', `datasets: ${datasets.length === 0 ? 'those of the producers below' : datasets.join(', ')}`],
        ]);
        output.write(layOut(rows, terminalWidth()));
        output.write('\nPacked input is opened: gzip, zstd, zip; UTF-16 text is read too.\n');
        output.close();
      });
  },
};
