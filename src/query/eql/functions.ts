/** The functions of EQL, as data: what they take and give. What they compute stands in query/expression.ts. */

/** What a value is; `any` as a parameter takes all of them. */
export type EqlType = 'text' | 'number' | 'boolean' | 'ip' | 'date';

/** A function. */
export interface EqlFunction {
  /** As it is written. */
  readonly name: string;
  /** Types of the parameters; the last one repeats when `isOpen`. */
  readonly takes: readonly (EqlType | 'any')[];
  /** Parameters that must be there. */
  readonly required: number;
  readonly isOpen: boolean;
  readonly gives: EqlType;
  /** Whether a `~` may follow the name. */
  readonly canFold: boolean;
}

const row = (
  name: string,
  takes: EqlFunction['takes'],
  gives: EqlType,
  options: { readonly required?: number; readonly isOpen?: boolean; readonly canFold?: boolean } = {},
): EqlFunction => ({
  name,
  takes,
  gives,
  required: options.required ?? takes.length,
  isOpen: options.isOpen ?? false,
  canFold: options.canFold ?? false,
});

const FOLDS = { canFold: true };

const FUNCTIONS: readonly EqlFunction[] = [
  row('add', ['number', 'number'], 'number'),
  row('between', ['text', 'text', 'text', 'boolean'], 'text', { required: 3, canFold: true }),
  row('cidrMatch', ['ip', 'text'], 'boolean', { isOpen: true }),
  row('concat', ['any'], 'text', { isOpen: true }),
  row('divide', ['number', 'number'], 'number'),
  row('endsWith', ['text', 'text'], 'boolean', FOLDS),
  row('indexOf', ['text', 'text', 'number'], 'number', { required: 2, canFold: true }),
  row('length', ['text'], 'number'),
  row('modulo', ['number', 'number'], 'number'),
  row('multiply', ['number', 'number'], 'number'),
  row('number', ['text', 'number'], 'number', { required: 1 }),
  row('startsWith', ['text', 'text'], 'boolean', FOLDS),
  row('string', ['any'], 'text'),
  row('stringContains', ['text', 'text'], 'boolean', FOLDS),
  row('substring', ['text', 'number', 'number'], 'text', { required: 2 }),
  row('subtract', ['number', 'number'], 'number'),
];

/** Functions by name in lower case. */
export const EQL_FUNCTIONS: ReadonlyMap<string, EqlFunction> = new Map(
  FUNCTIONS.map((one) => [one.name.toLowerCase(), one]),
);

/** Functions that are operators by another name. */
export const ARITHMETIC_FUNCTIONS: Readonly<Record<string, '+' | '-' | '*' | '/' | '%'>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  modulo: '%',
};
