import { builtInService, type ServiceOptions } from './built-in-service.ts';
import type { DefinedService } from './define-service.ts';
import type { ServiceDefinition } from './service-definition.ts';

const DEFINITION: ServiceDefinition = {
  name: 'sharePoint',
  version: '3.0',
  urlForm: 'absolute',
  contentId: 'none',
  batchHeaders: { version: false, accept: null },
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'MERGE', 'DELETE'],
  references: false,
  dependencies: false,
  outerHeaders: ['authorization', 'x-requestdigest'],
  atomicChangeSets: false,
  nestsLikeBatch: false,
  limits: { maxOperations: 100, maxBytes: 2_097_152 },
  // The digest is invalid, or its time is over.
  credentialRefusals: [{ status: 403, codes: ['-2130575252', '-2130575251'] }],
  retryable: [429, 503],
};

/**
 * SharePoint: its change sets are not atomic, and their answers come beside the others. See docs/services/share-point.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function sharePoint(options: ServiceOptions = {}): DefinedService {
  return builtInService(DEFINITION, options);
}
