import * as z from 'zod/mini';
import type { ServiceLimits } from '../batch/service.ts';
import { checkServiceOptions } from './check-service-options.ts';
import { type DefinedService, defineService } from './define-service.ts';
import { type ServiceDefinition, serviceLimits, serviceRoot } from './service-definition.ts';

/** What every built-in service leaves to say. */
export interface ServiceOptions {
  /** The absolute URL of the service. Where it is known, `endpoint` is too, and a URL of another service is refused. */
  readonly serviceRoot?: string | undefined;
  /** Limits that differ from those that are documented, such as those that an installation has set. */
  readonly limits?: ServiceLimits | undefined;
}

/** How the options of each built-in service look; some have more. */
export const SERVICE_OPTIONS: {
  readonly serviceRoot: z.ZodMiniType<string | undefined>;
  readonly limits: z.ZodMiniType<ServiceLimits | undefined>;
} = { serviceRoot, limits: z.optional(serviceLimits) };

const serviceOptions: z.ZodMiniType<ServiceOptions> = z.strictObject(SERVICE_OPTIONS);

/** Makes a service of its data and what was left to say; throws BatchUsageError `invalid-option`. */
export function builtInService(definition: ServiceDefinition, options: ServiceOptions): DefinedService {
  checkServiceOptions(serviceOptions, options);
  return definedWith(definition, options);
}

/** Makes a service of its data and options that were checked. */
export function definedWith(
  definition: ServiceDefinition,
  { serviceRoot: root = definition.serviceRoot, limits }: ServiceOptions,
): DefinedService {
  const { limits: documented } = definition;
  const merged = limits === undefined ? documented : { ...documented, ...limits };
  return defineService({
    ...definition,
    ...(root !== undefined && { serviceRoot: root }),
    ...(merged !== undefined && { limits: merged }),
  });
}
