import * as z from 'zod/mini';
import { definedWith, SERVICE_OPTIONS, type ServiceOptions } from './built-in-service.ts';
import { checkServiceOptions } from './check-service-options.ts';
import type { DefinedService } from './define-service.ts';

/** What the Service Layer leaves to say. */
export interface SapBusinessOneOptions extends ServiceOptions {
  /** The endpoint: `v2`, the default, speaks OData 4.0, `v1` 3.0. */
  readonly api?: 'v1' | 'v2' | undefined;
}

const options: z.ZodMiniType<SapBusinessOneOptions> = z.strictObject({
  ...SERVICE_OPTIONS,
  api: z.optional(z.enum(['v1', 'v2'])),
});

/**
 * The Service Layer of SAP Business One. See docs/services/sap-business-one.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function sapBusinessOne(given: SapBusinessOneOptions = {}): DefinedService {
  const { api = 'v2', ...rest } = checkServiceOptions(options, given);
  return definedWith(
    {
      name: 'sapBusinessOne',
      version: api === 'v2' ? '4.0' : '3.0',
      // It knows change sets by their Content-IDs.
      contentId: 'all',
      outerHeaders: ['authorization', 'cookie'],
      retryable: [429, 503],
    },
    rest,
  );
}
