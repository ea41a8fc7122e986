import { builtInService, type ServiceOptions } from './built-in-service.ts';
import type { DefinedService } from './define-service.ts';
import type { ServiceDefinition } from './service-definition.ts';

const DEFINITION: ServiceDefinition = {
  name: 'successFactors',
  version: '2.0',
  urlForm: 'relative',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'MERGE', 'DELETE'],
  outerHeaders: ['authorization', 'cookie', 'x-csrf-token'],
  limits: { maxOperations: 180 },
  credentialRefusals: [{ status: 403, header: ['x-csrf-token', 'Required'] }],
  retryable: [429, 503],
};

/**
 * SAP SuccessFactors, OData 2.0. See docs/services/success-factors.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function successFactors(options: ServiceOptions = {}): DefinedService {
  return builtInService(DEFINITION, options);
}
