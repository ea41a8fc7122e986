import { flattenBatch, type Place } from '../batch/flatten-batch.ts';
import { callbackFailure, Issues } from '../batch/issues.ts';
import type { Batch, Operation } from '../batch/operation.ts';
import { prepareOperations } from '../batch/prepare-operations.ts';
import { resolveReferences } from '../batch/resolve-references.ts';
import type { Service } from '../batch/service.ts';
import { resolveUrl } from '../odata/resolve-url.ts';

/** What an operation aims at. */
export interface OrderTarget {
  readonly operation: Operation;
  /** The path of its URL as it is sent, after the service's rules; undefined for a reference. */
  readonly path: string | undefined;
}

/**
 * Tells what an operation must not overtake: operations that share a key are sent one after the other. Undefined for an
 * operation that may go at any time.
 */
export type OrderBy = (target: OrderTarget) => string | readonly string[] | undefined;

const BY_PATH: OrderBy = ({ path }) => path;

/** Tells the keys of items. */
export type KeysOf = (item: Batch[number]) => readonly string[];

/**
 * Makes what tells the keys of items; what is wrong with an item is told elsewhere.
 *
 * @param url what relative URLs are relative to
 */
export function compileKeys(
  given: OrderBy | undefined,
  service: Service | undefined,
  serviceRoot: string | undefined,
  url: string,
): KeysOf {
  const orderBy = given ?? BY_PATH;
  return (item) => {
    const issues = new Issues();
    const places = flattenBatch([item], issues);
    const rules = { scope: 'batch', idsAreSent: true } as const;
    const ids = places.map(({ given: { id }, index }) => (typeof id === 'string' ? id : String(index + 1)));
    const { urls, targets } = resolveReferences(places, ids, rules, issues);
    const facts = { ids, urls, targets, serviceRoot };
    const prepared = prepareOperations(places.map(once), service, facts, issues, []);
    const keys = places.flatMap(({ operation, index }) => {
      const target = prepared.urls[index];
      const isPath = target !== undefined && !target.startsWith('$');
      return keysOf(orderBy, { operation, path: isPath ? pathOf(target, url) : undefined });
    });
    return [...new Set(keys)];
  };
}

function keysOf(orderBy: OrderBy, target: OrderTarget): readonly string[] {
  let keys: ReturnType<OrderBy>;
  try {
    keys = orderBy(target);
  } catch (error) {
    throw callbackFailure(error);
  }
  return keys === undefined ? [] : typeof keys === 'string' ? [keys] : keys;
}

/** Headers that can be read once are left for who encodes them. */
function once(place: Place): Place {
  const { headers } = place.given;
  const isRead = typeof headers === 'object' && headers !== null && 'next' in headers;
  return isRead ? { ...place, given: { ...place.given, headers: undefined } } : place;
}

function pathOf(target: string, base: string): string {
  const absolute = resolveUrl(target, base);
  return absolute.replace(/^[^/]*:\/\/[^/?#]*/, '').replace(/[?#].*$/s, '');
}
