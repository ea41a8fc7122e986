import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// CI counts the cases of all runs.
const report = process.env.TEST_REPORT;

export default defineConfig({
  resolve: {
    // In this order: the name of the package is the beginning of the others.
    alias: {
      'odata-batch-codec/xml': fileURLToPath(new URL('./src/xml.ts', import.meta.url)),
      'odata-batch-codec': fileURLToPath(new URL('./src/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**', 'node_modules/**'],
    testTimeout: 60_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
