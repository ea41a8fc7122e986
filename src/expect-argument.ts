import { BatchUsageError, type UsageErrorCode } from './errors.ts';

/**
 * Makes sure that an argument is what it has to be, so that nobody gets an error of the engine for it. Throws BatchUsageError.
 *
 * @param path names the argument, or the place in it
 * @param expected completes "expected …"
 */
export function expectArgument(
  isRight: boolean,
  path: string,
  expected: string,
  code: UsageErrorCode = 'invalid-option',
): asserts isRight {
  if (!isRight) throw new BatchUsageError([{ path, code, message: `expected ${expected}` }]);
}

/** Whether something has properties: functions are no arguments that have them. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Makes sure that an argument is an object. Throws BatchUsageError. */
export function expectObject(value: unknown, path: string, expected = 'an object'): asserts value is object {
  expectArgument(isObject(value), path, expected + callHint(value));
}

/** What to say of a function where an object is expected that functions make, such as a service. */
export function callHint(value: unknown): string {
  return typeof value === 'function' && value.name !== '' ? `, not a function: call it: ${value.name}()` : '';
}
