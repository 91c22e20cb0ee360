import { SmbError } from '../../base/error.ts';
import { compileGlob, parseGlob } from '../../base/glob.ts';
import { fields } from '../../event/field.ts';
import type { CliCommand } from '../command.ts';
import { layOut } from '../terminal/columns.ts';
import { openOutput, terminalWidth } from '../terminal/output.ts';

/** `smbastion fields [PATTERN]`: the field catalogue. */
export const fieldsCommand: CliCommand = {
  id: 'fields',
  register: (program) => {
    program
      .command('fields')
      .description('list the fields that queries and rules can name')
      .argument('[pattern]', 'part of a name, or a pattern such as smb.flow.*')
      .option('--json', 'one JSON object a line: name, type, meaning')
      .action((pattern: string | undefined, options: { json?: boolean }) => {
        const rows = fieldRows(pattern ?? '*');
        if (rows.length === 0) {
          throw new SmbError('USAGE', `No field fits "${pattern}".${fields.suggestion(pattern ?? '')}`);
        }
        const output = openOutput(undefined);
        if (options.json) {
          for (const [name, type, meaning] of rows) output.write(`${JSON.stringify({ name, type, meaning })}\n`);
        } else {
          output.write(layOut(rows, terminalWidth()));
        }
        output.close();
      });
  },
};

function fieldRows(pattern: string): (readonly [string, string, string])[] {
  const fits = compileGlob(parseGlob(pattern.includes('*') ? pattern : `*${pattern}*`));
  const own = fields.catalogued.map(({ name, type, meaning }) => [name, type, meaning] as const);
  return [...own, ...fields.familyRows].filter(([name]) => fits(name));
}
