import { stopsAtFailure } from '../batch/batch-format.ts';
import type { DecodedBatch, DecodedItem, DecodedOperation } from '../batch/decoded-batch.ts';
import { placeName } from '../batch/issues.ts';
import type { Operation } from '../batch/operation.ts';
import { resolveTarget } from '../odata/target.ts';
import { type Conversion, type ConversionRules, copyOf, mayBeNotModified } from './conversion.ts';

/**
 * Makes JSON of a multipart batch. A batch that stops at the first failure becomes a chain: each item depends on the one before
 * it, so that order and end stay the same. One that goes on has an order too, but JSON has no words for it: what depends on a
 * failure is not executed there.
 */
export function multipartToJson(batch: DecodedBatch, rules: ConversionRules): Conversion {
  const stops = stopsAtFailure('multipart', batch.continueOnError);
  if (!stops && batch.length > 1 && rules.keepsOrder) {
    const message =
      'a JSON batch that goes on after failures has no order: give order "ignore" to do without';
    rules.issues.add('batch', 'order-not-expressible', message);
  }
  let previous: Operation | undefined;
  const items = batch.map((item, index) => {
    const needed = stops && previous !== undefined ? [previous] : [];
    if (stops && index < batch.length - 1) checkNotModified(item, index, rules);
    const convert = (operation: DecodedOperation, path: readonly number[]): Operation => ({
      ...copyOf(operation),
      ...onHostOfBatch(operation, placeName('batch', path), rules),
      dependsOn: [...(operation.dependsOn ?? []), ...needed],
    });
    const converted =
      'method' in item
        ? convert(item, [index])
        : item.map((operation, member) => convert(operation, [index, member]));
    previous = Array.isArray(converted) ? converted[0] : converted;
    return converted;
  });
  return { batch: items, continueOnError: batch.continueOnError ?? false };
}

function checkNotModified(item: DecodedItem, index: number, { keepsOrder, issues }: ConversionRules): void {
  if (!('method' in item) || !keepsOrder || !mayBeNotModified(item)) return;
  const message = 'in JSON its answer 304 would hold back what comes behind it';
  issues.add(`batch[${index}]`, 'order-not-expressible', message);
}

/** A path means the host of the batch itself in JSON (J-06), whatever its Host says: that is told by the URL then. */
function onHostOfBatch(
  operation: DecodedOperation,
  name: string,
  { serviceRoot, host: batchHost, issues }: ConversionRules,
): Pick<Operation, 'url' | 'headers'> {
  const { url, headers } = operation;
  const host = headers.get('Host');
  if (host === null || !url.startsWith('/')) return { url, headers };
  const others = [...headers].filter(([field]) => field.toLowerCase() !== 'host');
  if (serviceRoot === undefined) {
    if (host.toLowerCase() === batchHost?.toLowerCase()) return { url, headers: others };
    const message =
      'only serviceRoot tells whether the path is on the host of the batch, which it is in JSON';
    issues.add(`${name}.url`, 'service-root-required', message);
    return { url, headers };
  }
  const absolute = resolveTarget(url, host, serviceRoot);
  const isOnHost = absolute.toLowerCase() === resolveTarget(url, null, serviceRoot).toLowerCase();
  return { url: isOnHost ? url : absolute, headers: others };
}
