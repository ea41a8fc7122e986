import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// CI counts the cases of all runs.
const report = process.env.TEST_REPORT;

const SRC = fileURLToPath(new URL('./src/', import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^odata-batch-codec$/, replacement: `${SRC}index.ts` },
      { find: /^odata-batch-codec\/(\w+)$/, replacement: `${SRC}$1.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**', 'test/slow/**', 'node_modules/**'],
    testTimeout: 60_000,
    // On two cores the default is one.
    maxWorkers: '100%',
    // No file leaves anything behind for the next one, and none has to load all of src anew: 102 seconds instead of 152.
    isolate: false,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
