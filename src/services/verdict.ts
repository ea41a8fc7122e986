import type { UsageErrorCode } from '../errors.ts';

/** What a service's rules say of one operation. */
export type Verdict = Rewritten | Unchanged | Rejected;

/** An operation as rules see it. */
export interface JudgedOperation {
  readonly method: string;
  /** References as `$id`. */
  readonly url: string;
  readonly body: unknown;
  /** The names of its header fields, in lower case. */
  readonly headerNames: readonly string[];
}

/** The operation goes another way. */
export interface Rewritten {
  readonly outcome: 'rewritten';
  /** The name of the rule. */
  readonly rule: string;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly warnings: readonly RewriteWarning[];
}

/** The operation goes as it is. */
export interface Unchanged {
  readonly outcome: 'unchanged';
  readonly warnings: readonly RewriteWarning[];
}

/** The operation can't go inside a batch. */
export interface Rejected {
  readonly outcome: 'rejected';
  readonly code: UsageErrorCode;
  readonly message: string;
  /** The property of the operation that is wrong. */
  readonly property: 'method' | 'url' | 'headers' | 'body';
  /** The name of the rule that it would have needed. */
  readonly rule?: string | undefined;
}

/** What is doubtful about an operation that goes all the same. */
export interface RewriteWarning {
  readonly code: 'alias-like' | 'space-in-url';
  readonly message: string;
}

export function rejected(
  code: UsageErrorCode,
  property: Rejected['property'],
  message: string,
  rule?: string,
): Rejected {
  return { outcome: 'rejected', code, property, message, ...(rule !== undefined && { rule }) };
}

export function unchanged(...warnings: readonly RewriteWarning[]): Unchanged {
  return { outcome: 'unchanged', warnings };
}
