import { type MediaType, parameterOf } from './media-type.ts';

/** What a Content-Type says of a body. */
export interface BodyFormat {
  /** `unknown`: there is no Content-Type, or none that can be read. */
  readonly kind: 'json' | 'text' | 'octets' | 'unknown';
  /** What kind of text it is, where it is more than text. */
  readonly markup?: 'html' | 'xml' | undefined;
  /** As it is written; undefined where none is named. */
  readonly charset: string | undefined;
}

const JSON_TYPE = /^(?:application|text)\/json$|\+json$/;
const XML_TYPE = /\/xml$|\+xml$/;
const HTML_TYPE = /^text\/html$|^application\/xhtml\+xml$/;

export function bodyFormatOf(mediaType: MediaType | undefined): BodyFormat {
  if (mediaType === undefined) return { kind: 'unknown', charset: undefined };
  const { essence } = mediaType;
  const charset = parameterOf(mediaType, 'charset');
  if (JSON_TYPE.test(essence)) return { kind: 'json', charset };
  if (HTML_TYPE.test(essence)) return { kind: 'text', markup: 'html', charset };
  if (XML_TYPE.test(essence)) return { kind: 'text', markup: 'xml', charset };
  return { kind: essence.startsWith('text/') ? 'text' : 'octets', charset };
}
