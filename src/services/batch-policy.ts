import type { ServiceLimits } from '../batch/service.ts';

/** How a service tells the entities of a change set apart: by keys in the URL, or in the body of what creates one. */
export interface ChangeSetKeys {
  /** Keys that are the same in all operations, which are about one set of entities. */
  readonly shared: readonly string[];
  /** Keys that name an entity: no two operations are about the same. */
  readonly distinct: readonly string[];
}

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
  /** Whether operations can refer to what others create, or to its ETag. Default true. */
  readonly references?: boolean | undefined;
  /** Whether operations can depend on others. Default true. */
  readonly dependencies?: boolean | undefined;
  /** Header fields, in lower case, that belong to the batch itself: no operation may have them. */
  readonly outerHeaders?: readonly string[] | undefined;
  /** Whether all operations of a batch have one method. Default false. */
  readonly sameMethod?: boolean | undefined;
  /** What the operations of a change set have in common, and what not. */
  readonly changeSetKeys?: ChangeSetKeys | undefined;
  /** Header fields that each operation gets which has none of that name. */
  readonly operationHeaders?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly limits?: ServiceLimits | undefined;
}
