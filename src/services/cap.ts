import * as z from 'zod/mini';
import { definedWith, SERVICE_OPTIONS, type ServiceOptions } from './built-in-service.ts';
import { checkServiceOptions } from './check-service-options.ts';
import type { DefinedService } from './define-service.ts';

/** What a CAP application leaves to say. */
export interface CapOptions extends ServiceOptions {
  /** `4.0`, the default, is what CAP speaks; `2.0` is spoken by its adapter. */
  readonly version?: '2.0' | '4.0' | undefined;
}

const options: z.ZodMiniType<CapOptions> = z.strictObject({
  ...SERVICE_OPTIONS,
  version: z.optional(z.enum(['2.0', '4.0'])),
});

/**
 * Applications of the SAP Cloud Application Programming Model, in Node.js; with `version: '2.0'` behind their OData V2 adapter. See
 * docs/services/cap.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function cap(given: CapOptions = {}): DefinedService {
  const { version = '4.0', ...rest } = checkServiceOptions(options, given);
  return definedWith(
    {
      name: 'cap',
      version,
      // It finds nothing by an absolute URL, nor by an absolute path.
      urlForm: 'relative',
      outerHeaders: ['authorization', 'x-csrf-token'],
      locationBase: 'service-root',
      // The adapter can't read "*", which fetch sends where nobody says anything.
      ...(version === '2.0' && { batchHeaders: { fields: [['Accept-Language', 'en']] as const } }),
      credentialRefusals: [{ status: 403, header: ['x-csrf-token', 'Required'] }],
      retryable: [429, 503],
    },
    rest,
  );
}
