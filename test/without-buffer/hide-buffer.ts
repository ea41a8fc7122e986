import { Buffer as NodeBuffer } from 'node:buffer';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** The file that asked: the frame above the getter. */
function callerOf(getter: () => unknown): string | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = 1;
  Error.prepareStackTrace = (_, [site]) => site?.getFileName();
  try {
    const target: { stack?: unknown } = {};
    Error.captureStackTrace(target, getter);
    return typeof target.stack === 'string' ? target.stack : undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

// As in browsers and workers for all that is in `src`, when it is loaded and when it runs; tests and their libraries keep it.
Object.defineProperty(globalThis, 'Buffer', {
  configurable: true,
  get: function getBuffer() {
    return callerOf(getBuffer)?.startsWith(SRC) ? undefined : NodeBuffer;
  },
});
