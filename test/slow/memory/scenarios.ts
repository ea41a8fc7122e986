import { type Fetch, sendBatchStream } from '../../../src/client.ts';
import {
  decodeBatchRequestStream,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchRequestStream,
  type Plan,
} from '../../../src/index.ts';
import { type PartSource, partSource } from './part-source.ts';
import type { Scenario, ScenarioSettings } from './scenario.ts';

const encoder = new TextEncoder();

/** Whatever is streamed is larger than the defaults allow. */
const limits = {
  maxMessageBytes: Number.POSITIVE_INFINITY,
  maxParts: Number.POSITIVE_INFINITY,
  maxPartBytes: Number.POSITIVE_INFINITY,
};

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nOData-Version: 4.0\r\n';

/** Answers that the caller looks at and lets go. */
function response(head: string, freshChunks = false): Scenario {
  return {
    prepare(settings: ScenarioSettings) {
      const source = partSource({ ...settings, head: `${head}\r\n`, freshChunks });
      const request = planOf(source.partCount);
      return (sample) => drain(decodeBatchResponseStream(responseOf(source, sample), { request, limits }));
    },
  };
}

function responseOf({ contentType, chunks }: PartSource, sample: () => void) {
  return {
    status: 200,
    headers: [['Content-Type', contentType]] as [string, string][],
    body: chunks(sample),
  };
}

/** The plan of so many equal operations, made without the garbage of encoding them all. */
function planOf(count: number): Plan {
  const { plan } = encodeBatchRequest([{ method: 'GET', url: 'Products(1)' }]);
  const [first] = plan.items;
  const items = Array.from({ length: count }, (_, index) => ({
    ...(first as Exclude<typeof first, undefined | readonly unknown[]>),
    index,
    path: [index] as const,
    id: String(index + 1),
  }));
  return { ...plan, items };
}

/** How many octets of bodies there were. */
async function drain(items: AsyncIterable<unknown>): Promise<number> {
  let octets = 0;
  for await (const item of items) octets += (item as { bytes: Uint8Array }).bytes.length;
  return octets;
}

/** One body that fills the whole answer and is read as it comes. */
const largeBody: Scenario = {
  prepare({ totalBytes }) {
    const request = planOf(1);
    return async (sample) => {
      async function* chunks() {
        yield encoder.encode(`--b\r\nContent-Type: application/http\r\n\r\n${OK}\r\n`);
        const chunk = new Uint8Array(64 * 1024).fill(0x78);
        for (let sent = 0; sent < totalBytes; sent += chunk.length) {
          sample();
          yield chunk;
        }
        yield encoder.encode('\r\n--b--\r\n');
      }
      const headers: [string, string][] = [['Content-Type', 'multipart/mixed; boundary=b']];
      const response = { status: 200, headers, body: chunks() };
      let octets = 0;
      for await (const result of decodeBatchResponseStream(response, {
        request,
        limits,
        largeBody: 'stream',
      })) {
        if (!('streamed' in result)) continue;
        for await (const chunk of result.body) octets += chunk.length;
      }
      return octets;
    };
  },
};

/** A batch of one body that is made while it is sent. */
const streamedOut: Scenario = {
  prepare({ totalBytes }) {
    return async (sample) => {
      const chunk = new Uint8Array(64 * 1024).fill(0x78);
      async function* body() {
        for (let sent = 0; sent < totalBytes; sent += chunk.length) {
          sample();
          yield chunk;
        }
      }
      let octets = 0;
      const request = encodeBatchRequestStream([{ method: 'PUT', url: 'Photos(1)/$value', body: body() }]);
      for await (const sent of request.body) octets += sent.length;
      return octets;
    };
  },
};

/** So many operations, sent to a service in the same process, their results looked at and let go. */
const operationsSent: Scenario = {
  prepare({ totalBytes, partBytes }) {
    const count = totalBytes / partBytes;
    const body = 'x'.repeat(partBytes);
    return async (sample) => {
      function* operations() {
        for (let index = 0; index < count; index++) {
          yield { method: 'PUT', url: `Products(${index})`, body } as const;
        }
      }
      const service = {
        name: 'double',
        serviceRoot: 'https://shop.example/v1/',
        limits: { maxOperations: 100 },
      };
      let octets = 0;
      for await (const { ok, index } of sendBatchStream(operations(), { service, fetch: answerAll })) {
        if (ok) octets += partBytes;
        if (index % 1000 === 0) sample();
      }
      return octets;
    };
  },
};

/** Answers each operation of a batch with 204. */
const answerAll: Fetch = async (_, { body = new Uint8Array(0) }) => {
  const octets = Buffer.from(body.buffer, body.byteOffset, body.length);
  let count = 0;
  for (let at = octets.indexOf('Content-ID'); at !== -1; at = octets.indexOf('Content-ID', at + 1)) count++;
  const part = '--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n';
  const headers = { 'Content-Type': 'multipart/mixed; boundary=r' };
  return new Response(`${part.repeat(count)}--r--\r\n`, { headers });
};

/** By name; a new one is a new entry here. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  response: response(OK),
  'response with an ETag in each answer': response(`${OK}ETag: W/"########"\r\n`),
  'response in chunks with memory of their own': response(OK, true),
  'response of one large body': largeBody,
  'request written while it is sent': streamedOut,
  'operations sent': operationsSent,
  request: {
    prepare(settings) {
      const head = 'POST Products(########) HTTP/1.1\r\nContent-Type: application/json\r\n\r\n';
      const source = partSource({ ...settings, head });
      const headers = { 'Content-Type': source.contentType };
      return (sample) =>
        drain(decodeBatchRequestStream({ headers, body: source.chunks(sample) }, { limits }));
    },
  },
};
