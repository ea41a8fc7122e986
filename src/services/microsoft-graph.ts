import * as z from 'zod/mini';
import { definedWith, SERVICE_OPTIONS, type ServiceOptions } from './built-in-service.ts';
import { checkServiceOptions } from './check-service-options.ts';
import type { DefinedService } from './define-service.ts';

/** What Microsoft Graph leaves to say. */
export interface MicrosoftGraphOptions extends ServiceOptions {
  /** Default `v1.0`; a serviceRoot comes before it. */
  readonly api?: 'v1.0' | 'beta' | undefined;
}

const options: z.ZodMiniType<MicrosoftGraphOptions> = z.strictObject({
  ...SERVICE_OPTIONS,
  api: z.optional(z.enum(['v1.0', 'beta'])),
});

/**
 * Microsoft Graph: JSON batches of 20, answered in any order, without change sets. URLs are `/me`, as its documentation prints
 * them, or absolute. See docs/services/microsoft-graph.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function microsoftGraph(given: MicrosoftGraphOptions = {}): DefinedService {
  const { api = 'v1.0', ...rest } = checkServiceOptions(options, given);
  return definedWith(
    {
      name: 'microsoftGraph',
      format: 'json',
      version: '4.0',
      serviceRoot: `https://graph.microsoft.com/${api}/`,
      urlForm: 'service-path',
      batchHeaders: { version: false },
      outerHeaders: ['authorization'],
      changeSets: false,
      references: false,
      ordered: false,
      foldsIds: true,
      limits: { maxOperations: 20 },
      retryable: [429, 503, 504],
    },
    rest,
  );
}
