import { usageError } from '../batch/issues.ts';
import { parseFetchable } from '../transport/origin.ts';

/** Where the paths of a service begin, without a slash at its end. Throws BatchUsageError `invalid-option`. */
export function checkedBaseUrl(baseUrl: string): string {
  if (typeof baseUrl !== 'string' || parseFetchable(baseUrl) === undefined || /[?#]/.test(baseUrl)) {
    throw usageError('baseUrl', 'invalid-option', 'expected an absolute http or https URL');
  }
  return baseUrl.replace(/\/$/, '');
}
