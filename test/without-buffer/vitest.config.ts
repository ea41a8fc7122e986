import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** All that `npm test` runs, with the global Buffer hidden from `src`. */
export default mergeConfig(
  base,
  defineConfig({
    root: fileURLToPath(new URL('../../', import.meta.url)),
    test: { setupFiles: [fileURLToPath(new URL('./hide-buffer.ts', import.meta.url))] },
  }),
);
