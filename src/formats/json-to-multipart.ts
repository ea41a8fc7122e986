import type { DecodedBatch, DecodedOperation } from '../batch/decoded-batch.ts';
import { placeName } from '../batch/issues.ts';
import type { Operation } from '../batch/operation.ts';
import { titleCase } from '../http/title-case.ts';
import { parseMediaType } from '../mime/media-type.ts';
import { parseUrlReference } from '../odata/content-id.ts';
import { type Conversion, type ConversionRules, copyOf } from './conversion.ts';
import { isReadAsUtf8 } from './json/body-kind.ts';

/**
 * Makes multipart of a JSON batch, which goes on after failures unless it says otherwise. What an operation depends on because
 * it refers to it needs no words; conditions, and dependencies where failures don't stop the batch, have none and are refused
 * when it is encoded.
 */
export function jsonToMultipart(batch: DecodedBatch, rules: ConversionRules): Conversion {
  const items = batch.map((item, index) => {
    if ('method' in item) return convert(item, [], placeName('batch', [index]), rules);
    return item.map((operation, member) =>
      convert(operation, item, placeName('batch', [index, member]), rules),
    );
  });
  return { batch: items, continueOnError: batch.continueOnError ?? true };
}

function convert(
  operation: DecodedOperation,
  changeSet: readonly DecodedOperation[],
  name: string,
  { keepsOrder, issues }: ConversionRules,
): Operation {
  const { headers, bytes } = operation;
  const referred = referredIds(operation);
  const needed = operation.dependsOn?.filter((id) => !referred.includes(id)) ?? [];
  if (keepsOrder && needed.some((id) => changeSet.some((member) => member.id === id))) {
    const message =
      'the operations of a change set have no order in multipart: give order "ignore" to do without';
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
