import { type MediaType, parameterOf } from './media-type.ts';

/** What a Content-Type says of a body. */
export interface BodyFormat {
  readonly kind: 'json' | 'text' | 'octets';
  /** As it is written; undefined where none is named. */
  readonly charset: string | undefined;
}

const JSON_TYPE = /^(?:application|text)\/json$|\+json$/;
const TEXT_TYPE = /^text\/|\/xml$|\+xml$/;

export function bodyFormatOf(mediaType: MediaType | undefined): BodyFormat {
  if (mediaType === undefined) return { kind: 'octets', charset: undefined };
  const { essence } = mediaType;
  const kind = JSON_TYPE.test(essence) ? 'json' : TEXT_TYPE.test(essence) ? 'text' : 'octets';
  return { kind, charset: parameterOf(mediaType, 'charset') };
}
