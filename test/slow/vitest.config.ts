import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// CI counts the cases of all runs.
const report = process.env.TEST_REPORT;

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['**/*.test.ts'],
    testTimeout: 300_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // What is measured has the machine to itself, as far as it is ours.
    maxWorkers: 1,
    fileParallelism: false,
    pool: 'forks',
    // Room for all that a sample leaves behind: V8 copies what it finds alive again and again, which grows with what is alive
    // and not with what the codec does. Between samples it is emptied.
    execArgv: ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'],
  },
});
