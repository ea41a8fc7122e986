import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { PushParser } from './peer.ts';

interface Internals {
  readonly MultipartScanner: typeof import('../../src/mime/multipart-scanner.ts').MultipartScanner;
  readonly DEFAULT_LIMITS: typeof import('../../src/limits.ts').DEFAULT_LIMITS;
  readonly RESPONSE_TOLERANCES: typeof import('../../src/tolerances.ts').RESPONSE_TOLERANCES;
}

const { MultipartScanner, DEFAULT_LIMITS, RESPONSE_TOLERANCES } = await bundle();
const limits = { ...DEFAULT_LIMITS, maxParts: Number.POSITIVE_INFINITY };
const reading = { limits, tolerate: new Set(RESPONSE_TOLERANCES), warn() {} };

/** Our scanner alone, with handlers that only count. */
export function scannerAsPushParser(boundary: string): PushParser {
  let parts = 0;
  let octets = 0;
  const scanner = new MultipartScanner(
    { boundary, offset: 0, partsLimit: 'maxParts', path: '', reading },
    {
      partBegin() {
        parts++;
      },
      data(_window, start, end) {
        octets += end - start;
      },
      partEnd() {},
    },
  );
  return {
    write: (chunk) => scanner.write(chunk),
    end() {
      scanner.end();
      if (!scanner.closed) throw new Error('no close delimiter');
      return { parts, octets };
    },
  };
}

/** Bundled with esbuild for the same target as the package: tsx would add a helper call to every closure. */
async function bundle(): Promise<Internals> {
  const result = await build({
    stdin: {
      contents: `
        export { MultipartScanner } from './mime/multipart-scanner.ts';
        export { DEFAULT_LIMITS } from './limits.ts';
        export { RESPONSE_TOLERANCES } from './tolerances.ts';`,
      resolveDir: fileURLToPath(new URL('../../src', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const code = Buffer.from(result.outputFiles[0]?.contents ?? []).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
