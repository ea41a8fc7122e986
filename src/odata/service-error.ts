/** An error as a service told it, whichever version's shape it had. */
export interface ServiceError {
  /** The service's code; the HTTP status where the body has none. */
  readonly code: string;
  /** The service's message; the reason phrase where the body has none. */
  readonly message: string;
  readonly target?: string | undefined;
  readonly details?: readonly ServiceError[] | undefined;
  /** The Content-ID of the operation that failed, where the body names it (`@Core.ContentID`). */
  readonly contentId?: string | undefined;
  /** The place in the change set of the operation that failed, from 0, where the body names it (Azure Table's `1:…`). */
  readonly index?: number | undefined;
}

/**
 * Reads the error of a parsed JSON body: OData 2.0 and 4.0 (`error`), 3.0 (`odata.error`), ASP.NET Web API (`Message`).
 * Undefined where it is none of them.
 */
export function readJsonError(body: unknown): ServiceError | undefined {
  if (!isRecord(body)) return undefined;
  if (isRecord(body['odata.error'])) return withIndex(readError(body['odata.error'], 0));
  if (isRecord(body.error)) return readError(body.error, 0);
  if (typeof body.Message === 'string') return { code: '', message: body.Message };
  return undefined;
}

/** How deep details may nest: real ones do not, and a stack must not end for them. */
const MAX_DEPTH = 8;

function readError(error: Record<string, unknown>, depth: number): ServiceError {
  // Up to 3.0 the message is an object with its language.
  const message = isRecord(error.message) ? error.message.value : error.message;
  const hasDetails = Array.isArray(error.details) && depth < MAX_DEPTH;
  const details = hasDetails
    ? (error.details as unknown[]).filter(isRecord).map((detail) => readError(detail, depth + 1))
    : undefined;
  // The last is how CAP says it in OData 2.0.
  const contentId = error['@Core.ContentID'] ?? error['@Org.OData.Core.V1.ContentID'] ?? error.ContentID;
  return {
    code: text(error.code) ?? '',
    message: text(message) ?? '',
    ...(typeof error.target === 'string' && { target: error.target }),
    ...(details !== undefined && { details }),
    ...(text(contentId) !== undefined && { contentId: text(contentId) }),
  };
}

/** Azure Table puts the place of the operation before its message (P-15). */
function withIndex(error: ServiceError): ServiceError {
  const index = /^(\d{1,4}):/.exec(error.message)?.[1];
  return index === undefined ? error : { ...error, index: Number(index) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
