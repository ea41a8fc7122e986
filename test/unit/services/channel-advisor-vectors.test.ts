import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import type { OperationResult } from '../../../src/batch/result.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { decodeBatchResponseStream } from '../../../src/formats/decode-batch-response-stream.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type ChannelAdvisorOptions, channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { issuesOf } from '../catch-error.ts';

const HOST = 'https://api.channeladvisor.com';
const VALUE = { Value: 'XL' };

/** What one operation becomes on the wire: request line, Content-Type, body. */
function sent(operation: Operation, options: ChannelAdvisorOptions = {}): string[] {
  const request = encodeBatchRequest([operation], { service: channelAdvisor(options) });
  const [, message = ''] = new TextDecoder().decode(request.body).split('Content-ID: 1\r\n\r\n');
  const [head = '', body = ''] = message.split('\r\n--changeset--')[0]?.split('\r\n\r\n') ?? [];
  const [line = '', ...fields] = head.split('\r\n');
  return [line.replace(HOST, '').replace(' HTTP/1.1', ''), ...fields, body.trim()];
}

describe('vectors of what is sent', () => {
  it.each<[string, Operation, ChannelAdvisorOptions, string[]]>([
    [
      'PATCH of an attribute',
      { method: 'PATCH', url: "/v1/Products(123)/Attributes('Size')", body: VALUE },
      {},
      [
        "PATCH /v1/AttributeValues(ProductID=123,Name='Size')",
        'Content-Type: application/json',
        '{"Value":"XL"}',
      ],
    ],
    [
      'PUT of an attribute, as POST',
      { method: 'PUT', url: "/v1/Products(123)/Attributes('Size')", body: VALUE },
      { attributes: 'post' },
      [
        'POST /v1/AttributeValues',
        'Content-Type: application/json',
        '{"ProductID":123,"Name":"Size","Value":"XL"}',
      ],
    ],
    [
      'PUT of an attribute, as action',
      { method: 'PUT', url: "/v1/Products(123)/Attributes('Size')", body: VALUE },
      { attributes: 'action' },
      [
        'POST /v1/Products(123)/UpdateAttributes',
        'Content-Type: application/json',
        '{"Value":{"Attributes":[{"Name":"Size","Value":"XL"}]}}',
      ],
    ],
    ...(['keyed', 'post', 'action'] as const).map(
      (attributes): [string, Operation, ChannelAdvisorOptions, string[]] => [
        `DELETE of an attribute, ${attributes}`,
        { method: 'DELETE', url: "/v1/Products(123)/Attributes('Size')" },
        { attributes },
        ["DELETE /v1/AttributeValues(ProductID=123,Name='Size')", ''],
      ],
    ),
    [
      'PUT of an image',
      { method: 'PUT', url: "/v1/Products(123)/Images('ITEMIMAGEURL1')", body: { Url: 'u' } },
      {},
      [
        "PUT /v1/Images(ProductID=123,PlacementName='ITEMIMAGEURL1')",
        'Content-Type: application/json',
        '{"Url":"u"}',
      ],
    ],
    [
      'PATCH of a label, without body',
      { method: 'PATCH', url: "/v1/Products(123)/Labels('eBay Fixed')" },
      {},
      ["PATCH /v1/ProductLabels(ProductID=123,Name='eBay%20Fixed')", ''],
    ],
    [
      'DELETE of a component',
      { method: 'DELETE', url: '/v1/Products(123)/BundleComponents(456)' },
      {},
      ['DELETE /v1/ProductBundleComponents(ProductID=123,ComponentID=456)', ''],
    ],
    [
      'PUT of a quantity',
      { method: 'PUT', url: '/v1/Products(123)/DCQuantities(0)', body: { AvailableQuantity: 1 } },
      {},
      [
        'PUT /v1/DCQuantities(ProductID=123,DistributionCenterID=0)',
        'Content-Type: application/json',
        '{"AvailableQuantity":1}',
      ],
    ],
    [
      'a key with a quote and an ampersand',
      { method: 'PATCH', url: "/v1/Products(1)/Labels('Joe''s %26 Co')" },
      {},
      ["PATCH /v1/ProductLabels(ProductID=1,Name='Joe''s%20%26%20Co')", ''],
    ],
    [
      'a GET of an alias',
      { method: 'GET', url: "/v1/Products(1)/Labels('x')" },
      {},
      ["GET /v1/Products(1)/Labels('x')", ''],
    ],
    [
      'another letter case',
      { method: 'PATCH', url: "/v1/products(1)/Labels('x')" },
      {},
      ["PATCH /v1/products(1)/Labels('x')", ''],
    ],
    [
      'a path that goes on',
      { method: 'PATCH', url: "/v1/Products(1)/Labels('x')/Name" },
      {},
      ["PATCH /v1/Products(1)/Labels('x')/Name", ''],
    ],
    [
      'a collection',
      { method: 'POST', url: '/v1/Products(1)/Labels', body: {} },
      {},
      ['POST /v1/Products(1)/Labels', 'Content-Type: application/json', '{}'],
    ],
  ])('%s', (_, operation, options, expected) => {
    expect(sent(operation, options)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['PATCH', "/v2/Products(1)/Labels('x')", 'foreign-url'],
    ['PATCH', "https://evil.example/v1/Products(1)/Labels('x')", 'foreign-url'],
    ['PATCH', "/v1/Products(1)/Labels('x')?access_token=t", 'alias-with-query'],
    ['PATCH', "/v1/Products(1)/DCQuantities('0')", 'invalid-alias-key'],
    ['PATCH', '/v1/Products(1)/Labels(5)', 'invalid-alias-key'],
    ['PATCH', "/v1/Products(1)/Labels('a'b')", 'invalid-alias-key'],
    ['PATCH', "/v1/Products(1)/Labels('')", 'invalid-alias-key'],
    ['POST', '/v1/Orders(9)/Export', 'not-batchable'],
  ])('%s %s is refused: %s', (method, url, code) => {
    const encode = () => encodeBatchRequest([{ method, url }], { service: channelAdvisor() });
    expect(issuesOf(encode)).toEqual([`batch[0].url: ${code}`]);
  });

  it.each(['error', 'strip', 'allow'] as const)(
    'a token in an operation is refused where forbiddenHeaders is %s',
    (forbiddenHeaders) => {
      const batch = [{ method: 'GET', url: 'Products(1)', headers: { Authorization: 'Bearer secret' } }];
      const encode = () => encodeBatchRequest(batch, { service: channelAdvisor(), forbiddenHeaders });
      expect(issuesOf(encode)).toEqual(['batch[0].headers.Authorization: forbidden-header']);
      expect(encode).not.toThrow(/secret/);
    },
  );
});

const PART = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n';
const OK = `${PART}\r\nHTTP/1.1 204 No Content\r\n\r\n`;
const BODY = `${PART}\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"ID":1,"Name":"Zoë 🚲"}`;
const FAILED = `${PART}\r\nHTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{"error":{"code":"","message":"No"}}`;
const bodyOf = (...parts: string[]) => `${parts.map((part) => `--r\r\n${part}\r\n`).join('')}--r--`;
const three = Array.from({ length: 3 }, (_, id) => ({ method: 'GET', url: `Products(${id})` }));
const ALL_OK = ['succeeded', 'succeeded', 'succeeded'];

describe('vectors of answers', () => {
  /** The outcomes of an answer to three operations, read whole and read in chunks of three octets, which must agree. */
  async function outcomes(body: string, contentType = 'multipart/mixed; boundary=r'): Promise<string[]> {
    const request = encodeBatchRequest(three, { service: channelAdvisor() });
    const results = decodeBatchResponse({ contentType, body }, { request });
    const bytes = new TextEncoder().encode(body);
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 3) controller.enqueue(bytes.slice(at, at + 3));
        controller.close();
      },
    });
    const response = new Response(chunks, { headers: { 'Content-Type': contentType } });
    const streamed: OperationResult[] = [];
    for await (const result of decodeBatchResponseStream(response, { request })) streamed.push(result);
    streamed.sort((a, b) => a.index - b.index);
    expect(streamed.map(({ outcome }) => outcome)).toEqual(results.map(({ outcome }) => outcome));
    return results.map(({ outcome }) => outcome);
  }

  it.each<[string, string, string[], string?]>([
    ['as the service writes it', `${bodyOf(OK, FAILED, BODY)}\r\n`, ['succeeded', 'failed', 'succeeded']],
    ['a boundary in quotes', bodyOf(OK, OK, OK), ALL_OK, 'multipart/mixed; boundary="r"'],
    ['a parameter in another letter case', bodyOf(OK, OK, OK), ALL_OK, 'multipart/mixed; Boundary=r'],
    ['line feeds only', bodyOf(OK, BODY, OK).replaceAll('\r\n', '\n'), ALL_OK],
    ['no CRLF at the end', bodyOf(OK, OK, OK), ALL_OK],
    ['text before and behind', `before\r\n${bodyOf(OK, OK, OK)}\r\nbehind\r\n--r\r\n`, ALL_OK],
    ['two spaces before the reason', bodyOf(OK.replace('204 ', '204  '), OK, OK), ALL_OK],
    ['no reason', bodyOf(OK.replace(' No Content', ''), OK, OK), ALL_OK],
    ['204 with no headers', bodyOf(`${PART}\r\nHTTP/1.1 204 No Content\r\n`, OK, OK), ALL_OK],
    ['fewer parts, the last a failure', bodyOf(OK, FAILED), ['succeeded', 'failed', 'not-executed']],
    ['fewer parts, the last a success', bodyOf(OK, OK), ['unknown', 'unknown', 'unknown']],
    [
      'a nest of one error for three',
      bodyOf(`Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-ID: 2\r\n${FAILED}\r\n--c--`),
      ['rolled-back', 'failed', 'rolled-back'],
    ],
    ['one error for three', bodyOf(FAILED), ['rolled-back', 'rolled-back', 'rolled-back']],
    [
      'one nest of three',
      bodyOf(
        `Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n${OK}\r\n--c\r\n${FAILED}\r\n--c\r\n${BODY}\r\n--c--`,
      ),
      ['succeeded', 'failed', 'succeeded'],
    ],
    [
      'ids out of order',
      bodyOf(`Content-ID: 3\r\n${OK}`, `Content-ID: 1\r\n${FAILED}`, `Content-ID: 2\r\n${OK}`),
      ['failed', 'succeeded', 'succeeded'],
    ],
    [
      'an id twice',
      bodyOf(`Content-ID: 1\r\n${OK}`, `Content-ID: 1\r\n${OK}`, `Content-ID: 2\r\n${OK}`),
      ['unknown', 'unknown', 'unknown'],
    ],
    [
      'a Content-Length that lies',
      bodyOf(OK, BODY.replace('json\r\n', 'json\r\nContent-Length: 3\r\n'), OK),
      ALL_OK,
    ],
    [
      'no Content-Transfer-Encoding',
      bodyOf(OK, OK, OK).replaceAll('Content-Transfer-Encoding: binary\r\n', ''),
      ALL_OK,
    ],
    ['more parts than sent', bodyOf(OK, OK, OK, OK), ['unknown', 'unknown', 'unknown']],
  ])('%s', async (_, body, expected, contentType) => {
    if (expected.includes('unknown')) {
      const request = encodeBatchRequest(three, { service: channelAdvisor() });
      const results = decodeBatchResponse({ contentType: 'multipart/mixed; boundary=r', body }, { request });
      expect(results.map(({ outcome }) => outcome)).toEqual(expected);
    } else expect(await outcomes(body, contentType)).toEqual(expected);
  });

  it('a body with the boundary of the request in it', () => {
    const operation = { method: 'PUT', url: "Products(1)/Attributes('A')", body: { Value: '--changeset' } };
    const { contentType } = encodeBatchRequest([operation], { service: channelAdvisor() });
    expect(contentType).toMatch(/^multipart\/mixed; boundary=changeset[0-9a-f]{32}$/);
  });

  it('an error of Web API instead of a batch, and text instead of JSON', () => {
    const request = encodeBatchRequest(three, { service: channelAdvisor() });
    const refused = (status: number, contentType: string, body: string) => () =>
      decodeBatchResponse({ status, contentType, body }, { request });
    expect(refused(401, 'application/json', '{"Message":"Denied."}')).toThrow(
      expect.objectContaining({
        code: 'not-a-batch',
        status: 401,
        error: { code: '401', message: 'Denied.' },
      }),
    );
    expect(refused(429, 'text/html', 'TOO MANY REQUESTS')).toThrow(
      expect.objectContaining({ code: 'not-a-batch', status: 429 }),
    );
  });
});
