import * as z from 'zod/mini';
import { readJsonError, type ServiceError } from '../odata/service-error.ts';

const code = z.optional(z.union([z.string(), z.number()]));
const text = z.optional(z.string());

/** The words that the services have for the same thing: Ecwid's documents have two for its message. */
const ERROR = z.object({
  errorCode: code,
  code,
  errorMessage: text,
  error_message: text,
  message: text,
  detail: text,
});

/** Reads the error of a parsed body: OData's, Ecwid's, Kibo's, Quartile's. Undefined where it is none. */
export function readServiceError(body: unknown): ServiceError | undefined {
  const known = readJsonError(body);
  if (known !== undefined) return known;
  const parsed = ERROR.safeParse(body);
  if (!parsed.success) return undefined;
  const { errorCode, code, errorMessage, error_message, message, detail } = parsed.data;
  const said = errorMessage ?? error_message ?? message ?? detail;
  const name = errorCode ?? code;
  if (said === undefined && name === undefined) return undefined;
  return { code: name === undefined ? '' : String(name), message: said ?? '' };
}
