import type { EncodeBatchRequestOptions } from '../../batch/encode-options.ts';
import { type Issues, placeName } from '../../batch/issues.ts';
import { type PlannedOperation, sentItems, writtenId } from '../../batch/plan.ts';
import type { PlannedBatch } from '../../batch/plan-batch.ts';
import type { StreamedBodies } from '../../batch/streamed-body.ts';
import type { WrittenBatch } from '../../batch/written-batch.ts';
import { encodeJsonBody } from './encode-body.ts';
import { type JsonObject, writeJsonObjects } from './write-objects.ts';

/**
 * Writes planned operations as a JSON batch (OData 4.01 JSON Format, section 19.1); adds to the issues what their bodies
 * can't say.
 */
export function encodeJsonRequest(
  { items, bodies }: PlannedBatch,
  options: EncodeBatchRequestOptions,
  _streams: StreamedBodies | undefined,
  issues: Issues,
): WrittenBatch {
  const stringify = options.json?.stringify ?? JSON.stringify;
  const objects = sentItems(items)
    .flat()
    .map((planned: PlannedOperation): JsonObject => {
      const { atomicityGroup, dependsOn, method, url, headers, path, index } = planned;
      const name = placeName('batch', path);
      const given = bodies[index];
      const body = encodeJsonBody(given, headers, stringify, name, issues);
      if (method === 'DELETE' && body !== undefined) {
        issues.add(`${name}.body`, 'body-not-allowed', 'in a JSON batch DELETE has no body');
      }
      return {
        members: [
          ['id', writtenId(planned)],
          ['atomicityGroup', atomicityGroup],
          ['dependsOn', dependsOn],
          ['if', planned.if],
          ['method', method],
          ['url', url],
        ],
        headers,
        body,
      };
    });
  issues.throwIfAny();
  return writeJsonObjects('requests', objects);
}
