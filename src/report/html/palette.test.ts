import { expect, test } from 'vitest';
import { DARK, LIGHT, type Palette } from './palette.ts';

/** Relative luminance, WCAG 2.2 glossary. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

const TEXT = ['text', 'muted', 'link', 'critical', 'high', 'medium', 'low'] as const satisfies (keyof Palette)[];

test.each([
  ['light', LIGHT],
  ['dark', DARK],
] as const)('%s text reaches 4.5 to 1 on page and quiet background', (_, palette) => {
  for (const name of TEXT) {
    expect(contrast(palette[name], palette.page), `${name} on page`).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette[name], palette.quiet), `${name} on quiet`).toBeGreaterThanOrEqual(4.5);
  }
});
