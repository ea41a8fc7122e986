import type { Issues, Name } from '../batch/issues.ts';

/** A scheme, or `//` in place of one. */
const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:|\/\/)/i;

/** The path of a request inside a batch: octet for octet as it was given, but for the store's own prefix. */
export function readEcwidPath(url: string, store: string, name: Name, issues: Issues): string {
  const isOwn = url.toLowerCase().startsWith(`${store.toLowerCase()}/`);
  const path = isOwn ? url.slice(store.length) : url.startsWith('/') ? url : `/${url}`;
  const [resource = '', query = ''] = split(path);
  if (!isOwn && ABSOLUTE.test(url)) {
    issues.add(name, 'url-outside-service-root', 'expected a path, or a URL of the store itself');
  } else if (/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(resource)) {
    issues.add(name, 'invalid-url', 'expected a path without dot segments: they lead out of the store');
  } else if (/^\/batch(?:\/|$)/i.test(resource)) {
    issues.add(name, 'nested-batch', 'a batch inside a batch');
  } else if (/(?:^|&)(?:access_)?token=/i.test(query)) {
    issues.add(name, 'invalid-url', 'expected a path without a token: the batch has one');
  }
  return path;
}

function split(path: string): [string, string] {
  const at = path.indexOf('?');
  return at === -1 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}
