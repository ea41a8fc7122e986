import { afterAll, beforeAll } from 'vitest';

/** Has the errors of a file's tests made without stacks, which are half of the time that a hundred thousand errors take. */
export function withoutStacks(): void {
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
}
