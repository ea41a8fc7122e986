import { builtInService, type ServiceOptions } from './built-in-service.ts';
import type { DefinedService } from './define-service.ts';
import type { ServiceDefinition } from './service-definition.ts';

const DEFINITION: ServiceDefinition = {
  name: 'sapGatewayV2',
  version: '2.0',
  urlForm: 'relative',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'MERGE', 'DELETE'],
  outerHeaders: ['authorization', 'cookie', 'x-csrf-token'],
  // Unless the author of the service wrote more for it, the framework runs change sets of one operation.
  limits: { safeOperationsPerChangeSet: 1 },
  credentialRefusals: [{ status: 403, header: ['x-csrf-token', 'Required'] }],
  retryable: [429, 503],
};

/**
 * SAP Gateway (SEGW and what is built on it), OData 2.0. See docs/services/sap-gateway-v2.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function sapGatewayV2(options: ServiceOptions = {}): DefinedService {
  return builtInService(DEFINITION, options);
}
