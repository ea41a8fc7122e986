import { harmlessText } from '../bytes/harmless-text.ts';
import { htmlTitle } from '../mime/html-title.ts';
import type { ServiceError } from '../odata/service-error.ts';
import type { BodyReader } from './body-reader.ts';
import { MAX_MESSAGE, readJsonError } from './read-json-error.ts';

/** Octets of a page in which its title is looked for. */
const MAX_OCTETS = 64 * 1024;
const XML = 'the body is XML, which readXmlError of odata-batch-codec/xml reads (options.readError)';

/**
 * What the body of a failed answer says for people, where it is no error of OData's: JSON of another shape, a text, the title of a
 * page. Undefined where it says nothing.
 *
 * @param parsed the value of a body that is JSON
 * @param statusText what XML is named beside, where nothing was there to read it
 */
export function readBodyError(
  body: BodyReader,
  parsed: unknown,
  { statusText, hasReader }: { readonly statusText: string; readonly hasReader: boolean },
): ServiceError | undefined {
  if (body.bytes.length === 0) return undefined;
  const { kind, markup } = body.headers.bodyFormat;
  if (kind === 'json') return readJsonError(parsed);
  if (markup === 'xml') {
    return hasReader ? undefined : { code: '', message: statusText === '' ? XML : `${statusText} (${XML})` };
  }
  const text = body.tryText(MAX_OCTETS);
  const said = markup === 'html' && text !== undefined ? htmlTitle(text) : text;
  const message = harmlessText(said ?? '', MAX_MESSAGE);
  return message === '' ? undefined : { code: '', message };
}
