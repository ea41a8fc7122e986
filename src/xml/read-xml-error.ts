import { parseXml, XmlElement } from '@rgrove/parse-xml';
import type { Answer } from '../batch/result.ts';
import { expectArgument, isObject } from '../expect-argument.ts';
import { readODataError, type ServiceError } from '../odata/service-error.ts';
import { xmlText } from './xml-text.ts';

/** Octets that are read at most; what is larger is no error body. */
const MAX_OCTETS = 256 * 1024;
/** Tags that are read at most, and with them the depth: the parser calls itself for each level. */
const MAX_TAGS = 4000;

/**
 * Reads the error of an answer in XML, for `options.readError` of the decoders: OData 2.0 to 4.01 (`<error>` or `<m:error>`),
 * SAP Gateway's details, ASP.NET Web API and Azure Storage (`<Error>`).
 *
 * Undefined where the media type is not XML, where the body is no such error, is not well-formed, has a document type
 * declaration, or more than 256 KiB or 4 000 tags. Entities are the five of XML; nothing is fetched. Never throws.
 *
 * @example
 * const results = decodeBatchResponse(message, { request, readError: readXmlError });
 */
export function readXmlError(answer: Answer): ServiceError | undefined {
  expectArgument(
    isObject(answer) && answer.bytes instanceof Uint8Array,
    'answer',
    'an answer with its bytes',
  );
  if (answer.bytes.length > MAX_OCTETS) return undefined;
  const root = rootOf(xmlText(answer));
  if (root === undefined || localName(root) !== 'error') return undefined;
  // The same members as in JSON, so that both are read by one function.
  return readODataError({ error: membersOf(root, 0) });
}

function rootOf(text: string | undefined): XmlElement | undefined {
  if (text === undefined || hasTooManyTags(text)) return undefined;
  try {
    // As the parser itself does it (XML 1.0 section 2.11), which takes quadratic time for it.
    const lines = text.replace(/\r\n?/g, '\n');
    const { children, root } = parseXml(lines, { preserveDocumentType: true });
    const hasDocumentType = children.some(({ type }) => type === 'doctype');
    return hasDocumentType || root === null ? undefined : root;
  } catch {
    return undefined;
  }
}

function hasTooManyTags(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    if (++count > MAX_TAGS) return true;
  }
  return false;
}

/** Elements that are lists of others, whose names then mean nothing. */
const LISTS: ReadonlySet<string> = new Set(['details', 'errordetails']);
/** Elements that have members of their own. */
const STRUCTURES: ReadonlySet<string> = new Set(['innererror']);
/** How deep lists and structures may nest: real ones do not, and what is deeper is text. */
const MAX_DEPTH = 16;

type Member = string | Record<string, unknown> | readonly Record<string, unknown>[];

/** Child elements by name, the first of each. */
function membersOf(element: XmlElement, depth: number): Record<string, Member> {
  const members = new Map<string, Member>();
  for (const child of elementsOf(element)) {
    const name = localName(child);
    if (!members.has(name)) members.set(name, memberOf(child, name, depth));
  }
  return Object.fromEntries(members);
}

function memberOf(element: XmlElement, name: string, depth: number): Member {
  if (depth < MAX_DEPTH && LISTS.has(name)) {
    return elementsOf(element).map((item) => membersOf(item, depth + 1));
  }
  if (depth < MAX_DEPTH && STRUCTURES.has(name)) return membersOf(element, depth + 1);
  return element.text.trim();
}

function elementsOf({ children }: XmlElement): XmlElement[] {
  return children.filter((child) => child instanceof XmlElement);
}

/** Without its prefix, and as OData spells it: `Code` is `code`; only `ContentID` is in capitals there too. */
function localName({ name }: XmlElement): string {
  const local = name.slice(name.indexOf(':') + 1);
  return local === 'ContentID' ? local : local.charAt(0).toLowerCase() + local.slice(1);
}
