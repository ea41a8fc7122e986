import type { BatchError } from '../errors.ts';
import type { HeaderList } from '../mime/header-list.ts';
import type { Rewrite } from './plan.ts';
import type { ReceivedAnswer } from './received-answer.ts';
import type {
  ErrorAnswer,
  Failed,
  Invalid,
  NotExecuted,
  OperationResult,
  Pending,
  RolledBack,
  Succeeded,
  Unknown,
} from './result.ts';
import type { StandardIssue } from './standard-schema.ts';

/** Whose result it is: a planned operation, or a place on the wire where there is no request. */
export interface Subject<O> {
  readonly operation: O;
  readonly id: string | undefined;
  readonly index: number;
  readonly path: readonly [number] | readonly [number, number];
  readonly rewrite?: Rewrite | undefined;
  readonly coalescedWith?: readonly number[] | undefined;
}

/** What `value` is before it was asked for. */
const UNREAD: unknown = {};

/** A class for the sake of `value`: thousands of results share one getter. */
export class SucceededResult<O> implements Succeeded<unknown, O> {
  readonly outcome = 'succeeded' as const;
  readonly ok = true as const;
  readonly operation: O;
  readonly id: string | undefined;
  readonly index: number;
  readonly path: readonly [number] | readonly [number, number];
  declare readonly rewrite?: Rewrite | undefined;
  declare readonly coalescedWith?: readonly number[] | undefined;
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #answer: ReceivedAnswer;
  #value: unknown;

  constructor(subject: Subject<O>, answer: ReceivedAnswer, value: unknown) {
    this.operation = subject.operation;
    this.id = subject.id;
    this.index = subject.index;
    this.path = subject.path;
    if (subject.rewrite !== undefined) this.rewrite = subject.rewrite;
    if (subject.coalescedWith !== undefined) this.coalescedWith = subject.coalescedWith;
    this.status = answer.status;
    this.statusText = answer.statusText;
    this.headers = answer.headers;
    this.bytes = answer.bytes;
    this.#answer = answer;
    this.#value = value;
  }

  get value(): unknown {
    if (this.#value === UNREAD) this.#value = this.#answer.value();
    return this.#value;
  }
  text(): string {
    return this.#answer.text();
  }
  json(): unknown {
    return this.#answer.json();
  }

  /** The same result with the value that a schema made of it. */
  withValue(value: unknown): SucceededResult<O> {
    return new SucceededResult(this, this.#answer, value);
  }

  /** The same answer for another operation. */
  sharedWith<Other>(subject: Subject<Other>): SucceededResult<Other> {
    return new SucceededResult(subject, this.#answer, this.#value);
  }

  /** The same answer, refused by a schema. */
  refused(issues: readonly StandardIssue[]): Invalid<O> {
    const { status, statusText, headers, bytes } = this;
    const answer = { status, statusText, headers, bytes, text: () => this.text(), json: () => this.json() };
    return { ...base(this), outcome: 'invalid', ok: false, ...answer, issues };
  }
}

export function failed<O>(subject: Subject<O>, answer: ErrorAnswer): Failed<O> {
  return { ...base(subject), outcome: 'failed', ok: false, ...answer };
}

export function rolledBack<O>(subject: Subject<O>, cause: ErrorAnswer): RolledBack<O> {
  return { ...base(subject), outcome: 'rolled-back', ok: false, cause };
}

export function notExecuted<O>(subject: Subject<O>, cause?: ErrorAnswer): NotExecuted<O> {
  return { ...base(subject), outcome: 'not-executed', ok: false, ...(cause !== undefined && { cause }) };
}

export function pending<O>(subject: Subject<O>, monitor: string, retryAfter: string | null): Pending<O> {
  return {
    ...base(subject),
    outcome: 'pending',
    ok: false,
    monitor,
    ...(retryAfter !== null && { retryAfter }),
  };
}

export function unknown<O>(subject: Subject<O>, cause: BatchError): Unknown<O> {
  return { ...base(subject), outcome: 'unknown', ok: false, cause };
}

/** What an operation's own answer says of it. */
export function answered<O>(subject: Subject<O>, answer: ReceivedAnswer): SucceededResult<O> | Failed<O> {
  return answer.succeeded ? new SucceededResult(subject, answer, UNREAD) : failed(subject, answer.asError());
}

/** The result of an operation that went with another one: what became of that became of it. */
export function shared<O>(
  result: OperationResult<unknown, O>,
  subject: Subject<O>,
): OperationResult<unknown, O> {
  return result instanceof SucceededResult ? result.sharedWith(subject) : { ...result, ...base(subject) };
}

function base<O>({ operation, id, index, path, rewrite, coalescedWith }: Subject<O>): Subject<O> {
  const subject = { operation, id, index, path, ...(rewrite !== undefined && { rewrite }) };
  return coalescedWith === undefined ? subject : { ...subject, coalescedWith };
}
