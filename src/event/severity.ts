/** Severities from least to worst. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
/** How bad a finding is. */
export type Severity = (typeof SEVERITIES)[number];
