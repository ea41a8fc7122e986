/** What is doubtful about a call that is carried out all the same. */
export type UsageWarningCode =
  /** A URL is nearly an alias, which its service takes alone but not inside a batch, and is sent as it is. */
  | 'alias-like'
  /** A change set of several operations, for a service that leaves undone what fails and keeps the rest. */
  | 'change-set-not-atomic'
  /** A change set of more operations than every installation of the service takes. */
  | 'large-change-set'
  /** A URL holds spaces; it is sent percent-encoded. */
  | 'space-in-url';

/** One thing that is doubtful about a call. */
export interface UsageWarning {
  /** Where, such as `batch[1][0].url`. */
  readonly path: string;
  readonly code: UsageWarningCode;
  readonly message: string;
}
