import { builtInService, type ServiceOptions } from './built-in-service.ts';
import type { DefinedService } from './define-service.ts';
import type { ServiceDefinition } from './service-definition.ts';

const DEFINITION: ServiceDefinition = {
  name: 'sapGatewayV4',
  version: '4.0',
  urlForm: 'relative',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  outerHeaders: ['authorization', 'cookie', 'x-csrf-token'],
  credentialRefusals: [{ status: 403, header: ['x-csrf-token', 'Required'] }],
  retryable: [429, 503],
};

/**
 * SAP Gateway and RAP, OData 4.0. See docs/services/sap-gateway-v4.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function sapGatewayV4(options: ServiceOptions = {}): DefinedService {
  return builtInService(DEFINITION, options);
}
