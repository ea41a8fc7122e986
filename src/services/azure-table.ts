import { builtInService, type ServiceOptions } from './built-in-service.ts';
import type { DefinedService } from './define-service.ts';
import type { ServiceDefinition } from './service-definition.ts';

const DEFINITION: ServiceDefinition = {
  name: 'azureTable',
  version: '3.0',
  urlForm: 'absolute',
  batchHeaders: { fields: [['x-ms-version', '2019-02-02']] },
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'MERGE', 'DELETE'],
  references: false,
  dependencies: false,
  changeSetKeys: { shared: ['PartitionKey'], distinct: ['PartitionKey', 'RowKey'] },
  limits: { maxItems: 1, maxOperationsPerChangeSet: 100, maxBytes: 4_194_304 },
  retryable: [408, 429, '5xx'],
};

/**
 * Azure Tables: an entity group transaction is a batch of one change set, on one partition of one table. See docs/services/azure-table.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function azureTable(options: ServiceOptions = {}): DefinedService {
  return builtInService(DEFINITION, options);
}
