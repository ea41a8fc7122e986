import * as z from 'zod/mini';
import { definedWith, SERVICE_OPTIONS, type ServiceOptions } from './built-in-service.ts';
import { checkServiceOptions } from './check-service-options.ts';
import type { DefinedService } from './define-service.ts';

/** What batches of a Google API have to say. */
export interface GoogleApiOptions extends ServiceOptions {
  /** The API, as its discovery document names it: `drive`. */
  readonly api: string;
  /** The version of the API: `v3`. */
  readonly version: string;
}

const name = z.string().check(z.regex(/^[\w.-]+$/, 'expected a name such as drive, or v3'));
const options: z.ZodMiniType<GoogleApiOptions> = z.strictObject({
  ...SERVICE_OPTIONS,
  api: name,
  version: name,
});

/**
 * The batches of Google's APIs: the syntax of OData without its meaning, no change sets, answers in any order under ids of their
 * own. One batch is for one API. See docs/services/google-api.md.
 *
 * Throws BatchUsageError `invalid-option`.
 *
 * @example
 * encodeBatchRequest([{ method: 'GET', url: '/drive/v3/files/1' }], { service: googleApi({ api: 'drive', version: 'v3' }) });
 */
export function googleApi(given: GoogleApiOptions): DefinedService {
  const { api, version, ...rest } = checkServiceOptions(options, given);
  return definedWith(
    {
      name: 'googleApi',
      serviceRoot: 'https://www.googleapis.com/',
      endpoint: `batch/${api}/${version}`,
      urlForm: 'absolute-path',
      accept: 'as-given',
      forbiddenHeaders: 'allow',
      hostHeader: false,
      batchHeaders: { version: false, accept: null },
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      changeSets: false,
      references: false,
      dependencies: false,
      ordered: false,
      answerIdPrefix: 'response-',
      limits: { maxOperations: api === 'gmail' ? 100 : 1000, countsOperations: true, countsBatch: false },
      retryable: [429, '5xx'],
    },
    rest,
  );
}
