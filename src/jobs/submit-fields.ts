import { type Issues, usageError } from '../batch/issues.ts';
import { unknownOption } from '../expect-options.ts';

/**
 * Makes sure that what a service is told of a job has fields that it knows.
 *
 * Throws BatchUsageError `invalid-option` where it has no fields at all.
 */
export function checkSubmitFields(submit: unknown, names: readonly string[], issues: Issues): void {
  if (typeof submit !== 'object' || submit === null || Array.isArray(submit)) {
    const fields = names.length === 0 ? '' : ` of what the service is told of the job: ${names.join(', ')}`;
    throw usageError('submit', 'invalid-option', `expected an object${fields}`);
  }
  for (const name of Object.keys(submit)) {
    if (names.includes(name)) continue;
    const nothing = 'the service is told nothing but the items';
    issues.add(`submit.${name}`, 'unknown-option', names.length === 0 ? nothing : unknownOption(name, names));
  }
}
