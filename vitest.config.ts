import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/tools/fixed-seed.ts'],
    testTimeout: 60_000,
    pool: 'threads',
    reporters: ['default', 'json'],
    outputFile: { json: 'build/test-report.json' },
  },
});
