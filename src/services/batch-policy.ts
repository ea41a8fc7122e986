import type { ServiceLimits } from '../batch/service.ts';

/** What a service takes inside a batch, as data. */
export interface BatchPolicy {
  /** The methods that it takes. Default all. */
  readonly methods?: readonly string[] | undefined;
  /** Methods whose operations have no body, beside GET and HEAD. */
  readonly bodyless?: readonly string[] | undefined;
  /** The media types that bodies may have; a Content-Type then stands only where there is a body. Default all. */
  readonly mediaTypes?: readonly string[] | undefined;
  /** Whether there are change sets. Default true. */
  readonly changeSets?: boolean | undefined;
  /** Whether operations can refer to others and depend on them. Default true. */
  readonly references?: boolean | undefined;
  /** Header fields that each operation gets which has none of that name. */
  readonly operationHeaders?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly limits?: ServiceLimits | undefined;
}
