import { type Answer, type BatchMessage, decodeBatchResponse, type ServiceError } from 'odata-batch-codec';
import { readXmlError } from 'odata-batch-codec/xml';
import { typeOf } from './assert.ts';

declare const message: BatchMessage;
declare const answer: Answer;

typeOf(readXmlError(answer)).is<ServiceError | undefined>();
decodeBatchResponse(message, { readError: readXmlError });
// A reader of one's own goes on where it gives up.
decodeBatchResponse(message, {
  readError: (failed) => readXmlError(failed) ?? { code: '', message: failed.text() },
});
