import * as z from 'zod/mini';
import { type ODataVersion, VERSIONS } from '../odata/version.ts';
import { definedWith, SERVICE_OPTIONS, type ServiceOptions } from './built-in-service.ts';
import { checkServiceOptions } from './check-service-options.ts';
import type { DefinedService } from './define-service.ts';

/** What a service that goes by the standard leaves to say. */
export interface ODataOptions extends ServiceOptions {
  /** Default `4.0`. */
  readonly version?: ODataVersion | undefined;
}

const options: z.ZodMiniType<ODataOptions> = z.strictObject({
  ...SERVICE_OPTIONS,
  version: z.optional(z.enum(Object.keys(VERSIONS) as ODataVersion[])),
});

/**
 * Any service that goes by the standard: nothing but its version. See docs/services/odata.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function odata(given: ODataOptions = {}): DefinedService {
  const { version = '4.0', ...rest } = checkServiceOptions(options, given);
  return definedWith({ name: 'odata', version, retryable: [429, 503] }, rest);
}
