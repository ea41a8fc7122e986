/** An error as a service told it, whichever shape it had. */
export interface ServiceError {
  /** The service's code; the HTTP status where the body has none. */
  readonly code: string;
  /** The service's message, in shapes other than OData's at most 1 000 characters in one line; the reason phrase where the body has none. */
  readonly message: string;
  readonly target?: string | undefined;
  readonly details?: readonly ServiceError[] | undefined;
  /** The Content-ID of the operation that failed, where the body names it (`@Core.ContentID`). */
  readonly contentId?: string | undefined;
  /** The place in the change set of the operation that failed, from 0, where the body names it (Azure Table's `1:…`). */
  readonly index?: number | undefined;
}

/** Reads OData's error out of a parsed JSON body: `error` of 2.0 and 4.0, `odata.error` of 3.0. Undefined where it is none. */
export function readODataError(body: unknown): ServiceError | undefined {
  if (!isRecord(body)) return undefined;
  if (isRecord(body['odata.error'])) return withIndex(readError(body['odata.error'], 0));
  return isRecord(body.error) ? readError(body.error, 0) : undefined;
}

/** How deep details may nest: real ones do not, and a stack must not end for them. */
const MAX_DEPTH = 8;

function readError(error: Record<string, unknown>, depth: number): ServiceError {
  // Up to 3.0 the message is an object with its language.
  const message = isRecord(error.message) ? error.message.value : error.message;
  // SAP Gateway has its details in OData 2.0 one level deeper, and with another word for what they are about.
  const inner = isRecord(error.innererror) ? error.innererror.errordetails : undefined;
  const list: unknown = error.details ?? inner;
  const details =
    Array.isArray(list) && depth < MAX_DEPTH
      ? list.filter(isRecord).map((detail) => readError(detail, depth + 1))
      : undefined;
  const target = text(error.target) || text(error.propertyref);
  // The last is how CAP and SAP Gateway say it in OData 2.0.
  const ownId = error['@Core.ContentID'] ?? error['@Org.OData.Core.V1.ContentID'] ?? error.ContentID;
  const contentId = text(ownId) || onlyContentId(details);
  return {
    code: text(error.code) ?? '',
    message: text(message) ?? '',
    ...(target && { target }),
    ...(details !== undefined && { details }),
    ...(contentId && { contentId }),
  };
}

/** The Content-ID that all details name which name any. */
function onlyContentId(details: readonly ServiceError[] = []): string | undefined {
  const ids = new Set(details.flatMap(({ contentId }) => contentId ?? []));
  return ids.size === 1 ? [...ids][0] : undefined;
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
