import { builtInService, type ServiceOptions } from './built-in-service.ts';
import type { DefinedService } from './define-service.ts';
import type { ServiceDefinition } from './service-definition.ts';

const DEFINITION: ServiceDefinition = {
  name: 'dataverse',
  version: '4.0',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  outerHeaders: ['authorization'],
  limits: { maxOperations: 1000, maxUrlLength: 65_536 },
  retryable: [429, 503],
};

/**
 * Microsoft Dataverse, and what stands on it: Dynamics 365 Sales, Customer Service and others. See docs/services/dataverse.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function dataverse(options: ServiceOptions = {}): DefinedService {
  return builtInService(DEFINITION, options);
}
