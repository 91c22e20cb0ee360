/** A value handed to the database beside the text; arrays become lists of texts or of doubles. */
export type SqlParameter = string | number | boolean | readonly string[] | readonly number[];

/** A piece of SQL with a `?` for each parameter, in order. Values of queries and events never become text. */
export interface Sql {
  readonly text: string;
  readonly parameters: readonly SqlParameter[];
}

/**
 * Tag for templates: pieces are put in with their parameters, every other value becomes a parameter.
 *
 * @example sql`starts_with(${column}, ${'C:\\'})` is `starts_with("file.path", ?)`
 */
export function sql(texts: TemplateStringsArray, ...values: readonly (Sql | SqlParameter)[]): Sql {
  let text = texts[0]!;
  const parameters: SqlParameter[] = [];
  values.forEach((value, i) => {
    if (typeof value === 'object' && 'text' in value) {
      text += value.text;
      for (const parameter of value.parameters) parameters.push(parameter);
    } else {
      text += '?';
      parameters.push(value);
    }
    text += texts[i + 1]!;
  });
  return { text, parameters };
}

/** @returns a name as an identifier of SQL */
export function identifier(name: string): Sql {
  return { text: quotedName(name), parameters: [] };
}

/** @returns a name as an identifier of SQL, for statements that are put together as text */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** @returns a text of our own, such as the path of a file, as a literal of SQL, where no parameter can stand */
export function quotedText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * Joins conditions as a balanced tree: the parser of DuckDB refuses chains of more than a thousand operators.
 *
 * @param parts one or more
 */
export function joinSql(parts: readonly Sql[], operator: 'AND' | 'OR' | '+'): Sql {
  const parameters = parts.flatMap((part) => part.parameters);
  return {
    text: joinTexts(
      parts.map((part) => part.text),
      operator,
    ),
    parameters,
  };
}

/** Chains no longer than this stay flat, for the eye. */
const FLAT = 50;

function joinTexts(texts: readonly string[], operator: string): string {
  if (texts.length <= FLAT) return texts.length === 1 ? texts[0]! : `(${texts.join(` ${operator} `)})`;
  const middle = texts.length >>> 1;
  return `(${joinTexts(texts.slice(0, middle), operator)} ${operator} ${joinTexts(texts.slice(middle), operator)})`;
}
