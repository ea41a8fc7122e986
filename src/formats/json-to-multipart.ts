import type { DecodedBatch, DecodedOperation } from '../batch/decoded-batch.ts';
import { placeName } from '../batch/issues.ts';
import type { Operation } from '../batch/operation.ts';
import { titleCase } from '../http/title-case.ts';
import { parseMediaType } from '../mime/media-type.ts';
import { parseUrlReference } from '../odata/content-id.ts';
import { type Conversion, type ConversionRules, copyOf, mayBeNotModified } from './conversion.ts';
import { isReadAsUtf8 } from './json/body-kind.ts';

/**
 * Makes multipart of a JSON batch, which goes on after failures unless it says otherwise. What an operation depends on because
 * it refers to it needs no words; conditions, and dependencies where failures don't stop the batch, have none and are refused
 * when it is encoded.
 */
export function jsonToMultipart(batch: DecodedBatch, rules: ConversionRules): Conversion {
  const itemOf = new Map<string | undefined, number>();
  const notModified = new Set<string | undefined>();
  for (const [index, item] of batch.entries()) {
    for (const operation of 'method' in item ? [item] : item) {
      itemOf.set(operation.id, index);
      if (mayBeNotModified(operation)) notModified.add(operation.id);
    }
  }
  const ids = { itemOf, notModified };
  const items = batch.map((item, index) => {
    if ('method' in item) return convert(item, [index], ids, rules);
    return item.map((operation, member) => convert(operation, [index, member], ids, rules));
  });
  return { batch: items, continueOnError: batch.continueOnError ?? true };
}

/** What is known of the operations of the batch by their ids. */
interface Ids {
  /** The items that they stand in. */
  readonly itemOf: ReadonlyMap<string | undefined, number>;
  /** Those that may be answered with 304. */
  readonly notModified: ReadonlySet<string | undefined>;
}

function convert(
  operation: DecodedOperation,
  path: readonly number[],
  { itemOf, notModified }: Ids,
  { keepsOrder, issues }: ConversionRules,
): Operation {
  const { headers, bytes } = operation;
  const [own] = path;
  const name = placeName('batch', path);
  const referred = referredIds(operation);
  // One operation of another change set stands for all of it (J-09).
  const referredItems = referred
    .map((id) => itemOf.get(id))
    .filter((item) => item !== undefined && item !== own);
  const needed =
    operation.dependsOn?.filter((id) => !referred.includes(id) && !referredItems.includes(itemOf.get(id))) ??
    [];
  if (keepsOrder && needed.some((id) => itemOf.get(id) === own)) {
    const message =
      'the operations of a change set have no order in multipart: give order "ignore" to do without';
    issues.add(`${name}.dependsOn`, 'order-not-expressible', message);
  }
  if (keepsOrder && needed.some((id) => notModified.has(id))) {
    const message =
      'in JSON the answer 304 of what it depends on would hold it back, in multipart it does not';
    issues.add(`${name}.dependsOn`, 'order-not-expressible', message);
  }
  if (!isReadAsUtf8(parseMediaType(headers.get('Content-Type') ?? ''), () => bytes)) {
    const message = 'the text of a JSON batch is UTF-8, but its Content-Type names another charset';
    issues.add(`${name}.body`, 'not-expressible', message);
  }
  return {
    ...copyOf(operation),
    headers: Array.from(headers, ([field, value]): [string, string] => [titleCase(field), value]),
    dependsOn: needed,
  };
}

/** What an operation refers to by its URL or its ETag: where that failed it can't be executed in any format. */
function referredIds({ url, headers }: DecodedOperation): (string | undefined)[] {
  const etags = [headers.get('If-Match'), headers.get('If-None-Match')];
  return [
    parseUrlReference(url)?.id,
    ...etags.map((etag) => (etag?.startsWith('$') ? etag.slice(1) : undefined)),
  ];
}
