import * as z from 'zod/mini';
import { definedWith, SERVICE_OPTIONS, type ServiceOptions } from './built-in-service.ts';
import { checkServiceOptions } from './check-service-options.ts';
import type { DefinedService } from './define-service.ts';

/** What a batch of Azure Blob Storage leaves to say. */
export interface AzureBlobOptions extends ServiceOptions {
  /** The container that all operations are about, where the batch is sent to it instead of the account. */
  readonly container?: string | undefined;
}

const options: z.ZodMiniType<AzureBlobOptions> = z.strictObject({
  ...SERVICE_OPTIONS,
  container: z.optional(
    z.string().check(z.regex(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*|\$\w+)$/, 'expected a container')),
  ),
});

/**
 * Batches of Azure Blob Storage: blobs deleted, or put into another tier. It has the syntax of OData, and rules of its own: no
 * change sets, each operation with its own Authorization. See docs/services/azure-blob.md.
 *
 * Throws BatchUsageError `invalid-option`.
 */
export function azureBlob(given: AzureBlobOptions = {}): DefinedService {
  const { container, ...rest } = checkServiceOptions(options, given);
  return definedWith(
    {
      name: 'azureBlob',
      endpoint: container === undefined ? '?comp=batch' : `${container}?restype=container&comp=batch`,
      urlForm: 'absolute-path',
      accept: 'as-given',
      contentId: 'numbered',
      forbiddenHeaders: 'allow',
      hostHeader: false,
      batchHeaders: { version: false, accept: null, fields: [['x-ms-version', '2020-04-08']] },
      operationHeaders: [['Content-Length', '0']],
      methods: ['DELETE', 'PUT'],
      bodyless: ['DELETE', 'PUT'],
      sameMethod: true,
      changeSets: false,
      references: false,
      dependencies: false,
      ordered: false,
      atomicChangeSets: false,
      answersBatchAsOne: true,
      limits: { maxOperations: 256, maxBytes: 4_194_304, countsOperations: true },
      retryable: [408, 429, '5xx'],
    },
    rest,
  );
}
