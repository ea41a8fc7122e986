import { usageError } from '../batch/issues.ts';

/** What a Request or Response says of its body; other messages say nothing. */
interface Fetched {
  readonly bodyUsed?: boolean | undefined;
  readonly body?: { readonly locked?: boolean | undefined } | null | undefined;
}

/**
 * Makes sure that nothing has read the body of a message before: reading it fails like a connection that breaks, and then no one
 * could tell what happened from what was called wrongly. Throws BatchUsageError.
 *
 * @param name of the argument
 */
export function expectUnreadBody(message: object, name: string): void {
  const { bodyUsed, body } = message as Fetched;
  if (bodyUsed !== true && body?.locked !== true) return;
  const text = `the body of the ${name} was read before, or is being read: pass it unread, or a clone() made before`;
  throw usageError(`${name}.body`, 'invalid-option', text);
}
