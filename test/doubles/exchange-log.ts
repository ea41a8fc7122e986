/** What became of a request, seen from the double. */
export interface LoggedRequest {
  /** From 0, in order of arrival. */
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `create`, `status`, …; `unknown` where it is none that a document has. */
  readonly kind: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether it was acted on, whatever was answered. */
  acted: boolean;
  /** Undefined until it is answered, and where the connection ended instead. */
  status: number | undefined;
  /** What came of the answer. */
  delivery: 'under-way' | 'whole' | 'lost' | 'cut';
  /** Whether the client had been told the last word on the same subject before. */
  readonly isAfterFinal: boolean;
  /** Whether it came before the time that the last Retry-After named. */
  readonly isEarly: boolean;
}

/** Something that a double did for a client, each attempt by itself. */
export interface Execution {
  readonly at: number;
  /** The job's ticket, id or code. */
  readonly job: string;
  /** The item's place in its job, from 0. */
  readonly item: number;
  /** What was done, the same for the same thing: method, path and body, or the row. */
  readonly what: string;
  /** From 1. */
  readonly attempt: number;
  /** The service's word for what came of it. */
  readonly outcome: string;
}

/** A request that is not as the documents say. */
export interface Violation {
  /** The index of the request. */
  readonly request: number;
  readonly code: string;
  readonly message: string;
}

/** What a double saw and did, in order. */
export class ExchangeLog {
  readonly requests: LoggedRequest[] = [];
  readonly executions: Execution[] = [];
  readonly violations: Violation[] = [];

  ofKind(kind: string): LoggedRequest[] {
    return this.requests.filter((request) => request.kind === kind);
  }

  /** How often something was done, over all jobs; what the service tries again by itself counts once. */
  timesDone(what: string): number {
    return this.executions.filter((execution) => execution.what === what && execution.attempt === 1).length;
  }

  /** What was asked although its last word had been told. */
  get afterFinal(): LoggedRequest[] {
    return this.requests.filter(({ isAfterFinal }) => isAfterFinal);
  }

  /** What was asked before the time that a Retry-After had named. */
  get early(): LoggedRequest[] {
    return this.requests.filter(({ isEarly }) => isEarly);
  }
}
