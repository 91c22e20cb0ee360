/** Colours of the document. palette.test.ts holds them to WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for shapes. */

/** One scheme. */
export interface Palette {
  readonly page: string;
  /** Background of code, tiles and table heads. */
  readonly quiet: string;
  readonly line: string;
  readonly text: string;
  readonly muted: string;
  readonly link: string;
  readonly critical: string;
  readonly high: string;
  readonly medium: string;
  readonly low: string;
}

/** Colours on a light ground. */
export const LIGHT: Palette = {
  page: '#ffffff',
  quiet: '#f5f6f8',
  line: '#dcdfe4',
  text: '#1c2126',
  muted: '#57606b',
  link: '#0b57a4',
  critical: '#9b1239',
  high: '#c2410c',
  medium: '#8f6000',
  low: '#47699a',
};

/** Colours on a dark ground. */
export const DARK: Palette = {
  page: '#15181d',
  quiet: '#1d2128',
  line: '#343a44',
  text: '#e4e7eb',
  muted: '#9aa4b1',
  link: '#7db4f0',
  critical: '#ff7d95',
  high: '#f79a5a',
  medium: '#dfb44a',
  low: '#8bb0e0',
};

/** @returns declarations of CSS custom properties */
export function cssVariables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
