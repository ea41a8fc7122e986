import { octetsOf } from '../bytes/octets-of.ts';
import { decodeText } from '../bytes/text.ts';

/** What a body says as JSON, whichever way it is given, objects as they would be sent; undefined where it says nothing. */
export function jsonOfBody(body: unknown): unknown {
  try {
    const octets = octetsOf(body);
    const text = octets === undefined ? body : decodeText(octets);
    return JSON.parse(typeof text === 'string' ? text : JSON.stringify(text));
  } catch {
    return undefined;
  }
}
