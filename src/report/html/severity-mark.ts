/** Severity by word and shape; colour only repeats what both say. */
import type { Severity } from '../../event/severity.ts';
import { constant, html, type Safe } from './safe.ts';

/** Shapes differ in outline, and low is hollow, so that they stay apart in grey and in forced colours. */
const SHAPE: Readonly<Record<Severity, string>> = {
  critical: '<path fill="currentColor" d="M8 0l8 8-8 8-8-8z"/>',
  high: '<path fill="currentColor" d="M8 1l8 14H0z"/>',
  medium: '<rect fill="currentColor" x="1.5" y="1.5" width="13" height="13"/>',
  low: '<circle fill="none" stroke="currentColor" stroke-width="2.5" cx="8" cy="8" r="5.75"/>',
};

/** Shapes once for the whole document; marks refer to them. */
export const SHAPE_DEFINITIONS: Safe = constant(
  `<svg width="0" height="0" aria-hidden="true" focusable="false"><defs>${Object.entries(SHAPE)
    .map(([severity, shape]) => `<symbol id="shape-${severity}" viewBox="0 0 16 16">${shape}</symbol>`)
    .join('')}</defs></svg>`,
);

/** @returns the shape alone, for places where the word stands beside it */
export function severityShape(severity: Severity): Safe {
  return html`<svg class="shape ${severity}" aria-hidden="true"><use href="#shape-${severity}"/></svg>`;
}

/** @returns shape and word; `count` puts a number before the word */
export function severityMark(severity: Severity, word: string = severity): Safe {
  return html`<span class="sev ${severity}">${severityShape(severity)}${word}</span>`;
}
