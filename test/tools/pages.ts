/** Reads tables and blocks of the pages below docs/, so that tests can hold the pages against the program. */

/** @returns the fenced blocks of a language */
export const blocks = (page: string, language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]!);

/** Cells of one row; `\|` is a bar inside a cell. */
const cells = (line: string) =>
  line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

/** @returns the cells of all rows of the tables with these heads */
export function rows(page: string, ...head: string[]): string[][] {
  const lines = page.split('\n');
  const found: string[][] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('|') || !head.every((name, i) => cells(line)[i] === name)) continue;
    for (let row = index + 2; lines[row]?.startsWith('|'); row++) found.push(cells(lines[row]!));
  }
  return found;
}

/** Text of a cell in backticks. */
export const plain = (cell: string) => cell.replace(/^`(.*)`$/s, '$1');

/** The part of a page between two comments. */
export const section = (page: string, name: string) =>
  page.split(`<!-- ${name} -->`)[1]!.split(`<!-- /${name} -->`)[0]!;
