import type { UrlForm } from '../odata/target.ts';
import type { ODataVersion } from '../odata/version.ts';
import type { BatchFormat } from './batch-format.ts';

/** What is particular to one product, as far as a batch needs to know it; all of it is data, but for one function. */
export interface Service {
  readonly name: string;
  readonly format?: BatchFormat | undefined;
  readonly version?: ODataVersion | undefined;
  readonly urlForm?: UrlForm | undefined;
  readonly serviceRoot?: string | undefined;
  readonly contentId?: ContentIdPolicy | undefined;
  readonly accept?: AcceptPolicy | undefined;
  /** Whether answers come in the order of the requests; default true, for a JSON batch false. Where not, they are matched by id only. */
  readonly ordered?: boolean | undefined;
  /** Whether a change set succeeds or fails as one; default true. Where not, each answer stands for itself. */
  readonly atomicChangeSets?: boolean | undefined;
  /** Undoes what the service does to ids, such as Google's prefix `response-`. */
  readonly sentId?: ((receivedId: string) => string) | undefined;
}

/** Which operations carry a Content-ID: all, those in change sets and those with an id of the caller's, or none. */
export type ContentIdPolicy = 'all' | 'change-sets' | 'none';

/** Whether an operation without `Accept` gets one: `application/json`, or any type where JSON can't be. */
export type AcceptPolicy = 'add' | 'as-given';
