import * as z from 'zod/mini';
import { definedWith, SERVICE_OPTIONS, type ServiceOptions } from './built-in-service.ts';
import { checkServiceOptions } from './check-service-options.ts';
import type { DefinedService } from './define-service.ts';

/** What Business Central leaves to say. */
export interface BusinessCentralOptions extends ServiceOptions {
  /** Whether the whole batch is one transaction (`Isolation: snapshot`). Default false. */
  readonly isolation?: 'snapshot' | undefined;
}

const options: z.ZodMiniType<BusinessCentralOptions> = z.strictObject({
  ...SERVICE_OPTIONS,
  isolation: z.optional(z.enum(['snapshot'])),
});

/**
 * The APIs of Dynamics 365 Business Central. See docs/services/business-central.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function businessCentral(given: BusinessCentralOptions = {}): DefinedService {
  const { isolation, ...rest } = checkServiceOptions(options, given);
  return definedWith(
    {
      name: 'businessCentral',
      format: 'json',
      version: '4.0',
      urlForm: 'relative',
      ...(isolation !== undefined && { batchHeaders: { fields: [['Isolation', isolation]] as const } }),
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      outerHeaders: ['authorization'],
      limits: {
        maxOperations: 100,
        rates: [{ requests: 6_000, seconds: 300, per: 'user' }],
        maxConcurrentRequests: 100,
      },
      retryable: [429, 503, 504],
    },
    rest,
  );
}
