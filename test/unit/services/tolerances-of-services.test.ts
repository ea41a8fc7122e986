import { describe, expect, it } from 'vitest';
import type { Service } from '../../../src/batch/service.ts';
import { decodeBatchRequest } from '../../../src/formats/decode-batch-request.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { decodeBatchResponseStream } from '../../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { readBatchResponse } from '../../../src/formats/read-batch-response.ts';
import type { BatchWarning } from '../../../src/reading.ts';
import { azureBlob } from '../../../src/services/azure-blob.ts';
import { azureTable } from '../../../src/services/azure-table.ts';
import { defineService } from '../../../src/services/define-service.ts';

const service = defineService({ name: 's', tolerate: ['truncated', 'other-subtype', 'lower-case-method'] });
const contentType = 'multipart/batching; boundary=b';
const body = '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n--b\r\n';
const message = { contentType, body };
const batch = [{ method: 'GET', url: 'A' }];
const response = () => new Response(body, { headers: { 'Content-Type': contentType } });

describe('tolerances of a service', () => {
  const request = encodeBatchRequest(batch, { service });
  const strict = encodeBatchRequest(batch);

  it('count for the answers to its batches, whichever way they are read', async () => {
    expect(decodeBatchResponse(message, { request })).toMatchObject([{ outcome: 'succeeded' }]);
    expect(await readBatchResponse(response(), { request })).toMatchObject([{ outcome: 'succeeded' }]);
    const seen: string[] = [];
    for await (const { outcome } of decodeBatchResponseStream(response(), { request })) seen.push(outcome);
    expect(seen).toEqual(['succeeded']);
  });

  it('do not count for others', async () => {
    const refused = expect.objectContaining({ code: 'not-a-batch' });
    expect(() => decodeBatchResponse(message, { request: strict })).toThrow(refused);
    await expect(readBatchResponse(response(), { request: strict })).rejects.toThrow(refused);
  });

  it('count where there is no request but the service is given', () => {
    expect(decodeBatchResponse(message, { service })).toMatchObject([{ outcome: 'succeeded' }]);
    const sent = {
      contentType,
      body: '--b\r\nContent-Type: application/http\r\n\r\nget A HTTP/1.1\r\n\r\n\r\n--b--',
    };
    expect(decodeBatchRequest(sent, { service })[0]).toMatchObject({ method: 'GET', url: 'A' });
    expect(() => decodeBatchRequest(sent)).toThrow(expect.objectContaining({ code: 'not-a-batch' }));
  });

  it('come with the version, the root and the header policy of the service', () => {
    const blob = azureBlob({ serviceRoot: 'https://a.example/' });
    const operation = { method: 'DELETE', url: 'c/b', headers: { Authorization: 'SharedKey a:x' } };
    const { body: sent, contentType: type } = encodeBatchRequest([operation], { service: blob });
    const decoded = decodeBatchRequest({ contentType: type, body: sent }, { service: blob });
    expect(decoded[0]).toMatchObject({ method: 'DELETE', absoluteUrl: 'https://a.example/c/b' });
    const warnedOf = (service: Service | undefined) => {
      const codes: string[] = [];
      const onWarning = ({ code }: BatchWarning) => void codes.push(code);
      decodeBatchRequest({ contentType: type, body: sent }, { service, onWarning });
      return codes;
    };
    expect([warnedOf(blob), warnedOf(undefined)]).toEqual([[], ['forbidden-header']]);
    const table = {
      contentType: type,
      body: new TextDecoder().decode(sent).replace(/Authorization.*\r\n/, ''),
    };
    expect(decodeBatchRequest(table, { service: azureTable() }).version).toBe('3.0');
    expect(decodeBatchRequest(table).version).toBe('4.0');
  });

  it('come beside those that are named', () => {
    const other = defineService({ name: 's', tolerate: ['other-subtype'] });
    const request = encodeBatchRequest(batch, { service: other });
    expect(() => decodeBatchResponse(message, { request })).toThrow(
      expect.objectContaining({ code: 'missing-close-delimiter' }),
    );
    expect(decodeBatchResponse(message, { request, tolerate: ['truncated'] })).toMatchObject([
      { outcome: 'succeeded' },
    ]);
  });
});
