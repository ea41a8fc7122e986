import { type BodyWriting, type EncodableBody, encodableBody } from '../../batch/body.ts';
import { checkContentLength } from '../../batch/content-length.ts';
import type { EncodeBatchRequestOptions } from '../../batch/encode-options.ts';
import { fieldOf } from '../../batch/header-pairs.ts';
import { type Issues, type Name, PlaceName, PropertyName } from '../../batch/issues.ts';
import { isChangeSet, type PlannedOperation, sentItems, writtenId } from '../../batch/plan.ts';
import type { PlannedBatch } from '../../batch/plan-batch.ts';
import type { StreamedBodies, StreamedBody } from '../../batch/streamed-body.ts';
import type { WrittenBatch } from '../../batch/written-batch.ts';
import { isBlank } from '../../http/http-message.ts';
import { rememberingFieldLines, requestHead, type ToLines } from '../../http/message-head.ts';
import { cryptoRandom } from './boundaries.ts';
import { type OutgoingMessage, writeMessages } from './write-messages.ts';

/** Writes planned operations as a multipart body; adds to the issues what their bodies can't say. */
export function encodeMultipartRequest(
  { items, bodies }: PlannedBatch,
  options: EncodeBatchRequestOptions,
  streams: StreamedBodies | undefined,
  issues: Issues,
): WrittenBatch {
  const stringify = options.json?.stringify ?? JSON.stringify;
  const writing = { stringify, streams, toLines: rememberingFieldLines() };
  const outgoing = sentItems(items).map((item) =>
    isChangeSet(item)
      ? item.map((planned) => outgoingRequest(planned, bodies[planned.index], writing, issues))
      : outgoingRequest(item, bodies[item.index], writing, issues),
  );
  issues.throwIfAny();
  return writeMessages(
    outgoing,
    {
      given: options.boundary,
      prefixes: { batch: 'batch', changeSet: 'changeset' },
      random: options.random ?? cryptoRandom,
      layout: options.service?.layout,
    },
    issues,
  );
}

/** What requests are written with. */
interface RequestWriting extends BodyWriting {
  readonly toLines: ToLines;
}

function outgoingRequest(
  planned: PlannedOperation,
  body: unknown,
  writing: RequestWriting,
  issues: Issues,
): OutgoingMessage {
  const { method, url, headers } = planned;
  const name = new PlaceName('batch', planned.path);
  return {
    name,
    contentId: writtenId(planned),
    head: requestHead(method, url, headers, writing.toLines),
    body: bodyOf(planned, body, name, writing, issues),
  };
}

function bodyOf(
  { method, headers }: PlannedOperation,
  given: unknown,
  name: Name,
  { stringify, streams }: BodyWriting,
  issues: Issues,
): EncodableBody | StreamedBody | undefined {
  const length = fieldOf(headers, 'content-length');
  const bodyName = new PropertyName(name, 'body');
  const streamed = streams?.take(given, length, bodyName, issues);
  const body = streamed ?? encodableBody(given, stringify, bodyName, issues);
  checkContentLength(length, body, name, issues);
  if (body !== undefined && !('content' in body)) {
    if (method === 'DELETE') {
      issues.add(
        `${name}.body`,
        'body-not-allowed',
        'nobody can tell beforehand that it is not blank (H-66)',
      );
    }
    return body;
  }
  if (method === 'DELETE' && body !== undefined && isLineEndsOnly(body.content)) {
    issues.add(`${name}.body`, 'body-not-allowed', 'a body of line ends only is no body behind DELETE');
  }
  return body;
}

/** Such a body would be read as framing (H-66). */
function isLineEndsOnly(content: string | Uint8Array): boolean {
  if (content.length === 0) return false;
  return typeof content === 'string' ? /^[\r\n]+$/.test(content) : isBlank(content);
}
