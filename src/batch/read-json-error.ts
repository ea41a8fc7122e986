import { harmlessText } from '../bytes/harmless-text.ts';
import { readODataError, type ServiceError } from '../odata/service-error.ts';

/** Characters of a message that is not OData's, at most. */
export const MAX_MESSAGE = 1000;
const MAX_CODE = 200;

/** The words that services have for a code, and for a message, the first that is there counting. */
const CODES = ['errorCode', 'code', 'ExceptionType'];
const MESSAGES = ['error_description', 'errorMessage', 'error_message', 'message'];
/** Members that say the same from the general to the particular: of RFC 9457, and of ASP.NET Web API. */
const SENTENCES = ['title', 'detail', 'Message', 'MessageDetail', 'ExceptionMessage'];

/**
 * Reads the error of a parsed JSON body: OData's, that of `application/problem+json` (RFC 9457), OAuth's, ASP.NET Web API's, a
 * gateway's `code` and `message`, or the first of a list of `errors`. Undefined where it is none of them.
 */
export function readJsonError(body: unknown): ServiceError | undefined {
  return readODataError(body) ?? readPlainError(body);
}

/** The error of a body that speaks as an OData service does, OData's or ASP.NET Web API's, and not a gateway before it. */
export function readOwnJsonError(body: unknown): ServiceError | undefined {
  const isWebApi = isRecord(body) && typeof body.Message === 'string';
  return readODataError(body) ?? (isWebApi ? readPlainError(body) : undefined);
}

/** An error whose members are those of the body itself. */
function readPlainError(body: unknown): ServiceError | undefined {
  if (!isRecord(body)) return undefined;
  const details = [body.ModelState, body.errors].flatMap(readDetails);
  const message = textOf(body, MESSAGES) ?? sentencesOf(body);
  const code = textOf(body, CODES);
  const error = nonEmpty(body.error);
  const own = { code: code ?? '', message: message ?? '' };
  const read = error === undefined ? withProblemType(own, body) : withError(own, error);
  const [first] = details;
  const { code: anyCode, message: anyMessage } = read.code || read.message || !first ? read : first;
  if (!anyCode && !anyMessage) return undefined;
  return {
    code: harmlessText(anyCode, MAX_CODE),
    message: harmlessText(anyMessage, MAX_MESSAGE),
    ...(details.length > 0 && { details }),
  };
}

type Words = Pick<ServiceError, 'code' | 'message'>;

/** `error` is a code in OAuth, and a sentence where nothing else is one. */
function withError({ code, message }: Words, error: string): Words {
  if (message === '' && /\s/.test(error)) return { code, message: error };
  return { code: code || error, message };
}

/** A problem is told by its type, unless that says nothing (RFC 9457 section 4.2.1). */
function withProblemType(own: Words, { type, title, detail }: Record<string, unknown>): Words {
  const isProblem = typeof title === 'string' || typeof detail === 'string';
  const known = isProblem && type !== 'about:blank' ? nonEmpty(type) : undefined;
  return { ...own, code: own.code || (known ?? '') };
}

/** What a body says of each property, or of each thing that is wrong. */
function readDetails(given: unknown): ServiceError[] {
  if (Array.isArray(given)) return given.flatMap((each) => readDetail(each) ?? []);
  if (!isRecord(given)) return [];
  return Object.entries(given).flatMap(([target, messages]) =>
    (Array.isArray(messages) ? messages : []).flatMap((message: unknown) => {
      const said = nonEmpty(message);
      return said === undefined ? [] : [{ code: '', message: harmlessText(said, MAX_MESSAGE), target }];
    }),
  );
}

function readDetail(given: unknown): ServiceError | undefined {
  if (!isRecord(given)) return undefined;
  const code = textOf(given, CODES) ?? '';
  const message = textOf(given, MESSAGES) ?? sentencesOf(given) ?? '';
  if (code === '' && message === '') return undefined;
  return { code: harmlessText(code, MAX_CODE), message: harmlessText(message, MAX_MESSAGE) };
}

function sentencesOf(body: Record<string, unknown>): string | undefined {
  const said = SENTENCES.flatMap((name) => nonEmpty(body[name]) ?? []);
  return said.length === 0 ? undefined : said.reduce(join);
}

function join(general: string, particular: string): string {
  return `${general}${/[.:!?]\s*$/.test(general.slice(-10)) ? '' : ':'} ${particular}`;
}

function textOf(body: Record<string, unknown>, names: readonly string[]): string | undefined {
  return names.map((name) => nonEmpty(body[name])).find((text) => text !== undefined);
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
