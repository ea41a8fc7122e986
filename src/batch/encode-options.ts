import type { NamesOf, OptionNames } from '../expect-options.ts';
import type { UrlForm } from '../odata/target.ts';
import type { ODataVersion } from '../odata/version.ts';
import type { BatchFormat } from './batch-format.ts';
import type { JsonStringify } from './body.ts';
import type { ForbiddenHeaderPolicy } from './header-planner.ts';
import type { HeadersInput } from './operation.ts';
import type { AcceptPolicy, ContentIdPolicy, Service } from './service.ts';
import type { UsageWarning } from './usage-warning.ts';

/** Fills the octets it is given with random ones and returns them. */
export type RandomSource = (octets: Uint8Array<ArrayBuffer>) => Uint8Array;

/** How a batch is written; every option has a default, and those of `service` come before the general ones. */
export interface EncodeBatchRequestOptions {
  /** The format of the body. Default `multipart`; `json` needs OData 4 or later. */
  readonly format?: BatchFormat | undefined;
  /** Default `4.0`. */
  readonly version?: ODataVersion | undefined;
  readonly service?: Service | undefined;
  /** The absolute URL of the service, which relative URLs are relative to. Needed where `urlForm` has to change a form. */
  readonly serviceRoot?: string | undefined;
  /** How URLs are written. Default `as-given`. */
  readonly urlForm?: UrlForm | undefined;
  /**
   * The boundary of the batch, or of the batch and then of each change set in order (multipart). Default: 128 random bits
   * each; a caller's boundary that occurs in the content is refused (`boundary-in-content`).
   */
  readonly boundary?: string | readonly string[] | undefined;
  /** Which operations carry a Content-ID (multipart; in JSON all do). Default `all`. */
  readonly contentId?: ContentIdPolicy | undefined;
  /** Whether an operation without Accept gets one. Default `add`. */
  readonly accept?: AcceptPolicy | undefined;
  /** What happens to Authorization and others inside the batch. Default `error`. */
  readonly forbiddenHeaders?: ForbiddenHeaderPolicy | undefined;
  /** Asks the service to go on, or not, after a failure. Default: that of the format (multipart: it stops; JSON: it goes on). */
  readonly continueOnError?: boolean | undefined;
  /** Called for each thing that is doubtful about the batch; the plan has them all. */
  readonly onWarning?: ((warning: UsageWarning) => void) | undefined;
  /** More headers for the batch itself. */
  readonly headers?: HeadersInput | undefined;
  /** How JSON bodies are printed. Default `JSON.stringify`. */
  readonly json?: { readonly stringify?: JsonStringify | undefined } | undefined;
  /** Where boundaries come from (multipart). Default `crypto.getRandomValues`. */
  readonly random?: RandomSource | undefined;
}

/** The names of them. */
export const ENCODE_OPTIONS: OptionNames = {
  format: true,
  version: true,
  service: 'service',
  serviceRoot: 'string',
  urlForm: true,
  boundary: true,
  contentId: true,
  accept: true,
  forbiddenHeaders: true,
  continueOnError: true,
  onWarning: 'function',
  headers: true,
  json: { stringify: 'function' },
  random: 'function',
} satisfies NamesOf<EncodeBatchRequestOptions>;
