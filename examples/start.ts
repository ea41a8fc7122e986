import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  type Batch,
  BatchResponseError,
  type EncodeBatchRequestOptions,
  encodeBatchRequest,
  isBatchError,
  readBatchResponse,
} from 'odata-batch-codec';
import { type DefinedService, explainRewrite } from 'odata-batch-codec/services';
import { serveChannelAdvisor } from '../test/doubles/channel-advisor/serve-channel-advisor.ts';
import { channelAdvisorBatch } from './channel-advisor-batch.ts';
import { demonstrationBatch } from './demonstration-batch.ts';
import { ProductStore } from './product-store.ts';
import { requestsFile } from './requests-file.ts';
import { JOB_SERVICES, runServiceJob } from './run-service-job.ts';
import { serveProducts } from './serve-products.ts';
import { serviceNamed } from './service-named.ts';
import { showMessage } from './show-message.ts';
import { showResults } from './show-results.ts';
import { showRewrites } from './show-rewrites.ts';

const USAGE = `npm start
    Starts a product service on loopback and sends it one batch.
npm start -- --service channeladvisor
    The same with a double of ChannelAdvisor: aliases are sent as their real URIs, what can't be batched is refused.
npm start -- --url URL --requests FILE [--service NAME] [--header "Name: value"]… [--odata-version 2.0|3.0|4.0|4.01] [--continue-on-error]
    Sends the requests of a JSON file, [{ "method", "url", "headers", "body" }, …], to another service;
    a list in the list is a change set.
npm start -- --service ${JOB_SERVICES.join('|')}
    Starts a double of that service on loopback, and runs a batch that it answers later.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      service: { type: 'string' },
      requests: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      'odata-version': { type: 'string' },
      'continue-on-error': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(USAGE);
  if (JOB_SERVICES.includes(values.service ?? '')) return runServiceJob(values.service ?? '');
  const service = values.service === undefined ? undefined : serviceNamed(values.service);
  if (values.url === undefined && values.requests === undefined) {
    if (service === undefined) return demonstrate();
    if (service.name === 'channelAdvisor') return demonstrateChannelAdvisor(service);
    throw new Error(`There is no double of ${service.name}: give --url and --requests.\n${USAGE}`);
  }
  if (values.url === undefined || values.requests === undefined)
    throw new Error(`--url and --requests go together.\n${USAGE}`);

  const batch = requestsFile.parse(JSON.parse(await readFile(values.requests, 'utf8')));
  await send(values.url, batch, {
    service,
    ...(service !== undefined && { serviceRoot: new URL('.', values.url).href }),
    version: values['odata-version'] as EncodeBatchRequestOptions['version'],
    continueOnError: values['continue-on-error'],
    headers: values.header.map(headerPair),
  });
}

/** Serves products, sends one batch and stops again. */
async function demonstrate(): Promise<void> {
  const store = new ProductStore([
    { name: 'Assam', price: 4.5 },
    { name: 'Earl Grey', price: 5.25 },
  ]);
  const service = await serveProducts(store);
  try {
    // Going on after the failure shows that the last operation is answered all the same.
    await send(`${service.serviceRoot}$batch`, demonstrationBatch(), { continueOnError: true });
  } finally {
    await service.stop();
  }
}

/** Serves a double of ChannelAdvisor, sends it one batch, shows what it would not get, and stops again. */
async function demonstrateChannelAdvisor(service: DefinedService): Promise<void> {
  const double = await serveChannelAdvisor();
  const { serviceRoot, endpoint } = double;
  try {
    const headers = { Authorization: 'Bearer token' };
    await send(endpoint, channelAdvisorBatch(), { service, serviceRoot, headers });
    heading('Refused before anything is sent');
    const operations = [
      { method: 'POST', url: 'Orders(9)/Export' },
      { method: 'PUT', url: "Products(1)/Labels('x')?access_token=secret" },
      { method: 'PUT', url: 'Products(1)/Labels(5)' },
    ];
    for (const operation of operations) {
      const { code, reason } = explainRewrite(service, operation, { serviceRoot });
      console.log(`${operation.method} ${operation.url}\n    ${code}: ${reason}`);
    }
  } finally {
    await double.stop();
  }
}

/** Sends a batch; prints the request, the answer and what became of each operation. */
async function send(url: string, batch: Batch, options: EncodeBatchRequestOptions): Promise<void> {
  const request = encodeBatchRequest(batch, options);
  const rewrites = showRewrites(request.plan);
  if (rewrites !== '') {
    heading('Rules');
    console.log(rewrites);
  }
  heading('Request');
  console.log(
    showMessage(`POST ${new URL(url).pathname} HTTP/1.1`, Object.entries(request.headers), request.body),
  );

  const response = await fetch(url, request);
  const copy = response.clone();
  const body = new Uint8Array(await copy.arrayBuffer());
  heading('Answer');
  console.log(showMessage(`HTTP/1.1 ${response.status} ${response.statusText}`, response.headers, body));

  heading('Results');
  const results = await readBatchResponse(response, { request });
  console.log(showResults(results));
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 70 - text.length))}\n`);
}

function headerPair(text: string): [string, string] {
  const colon = text.indexOf(':');
  if (colon === -1)
    throw new Error(`--header takes "Name: value", not ${JSON.stringify(text.split(' ')[0])}`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof BatchResponseError)
    console.error(new TextDecoder().decode(error.bytes.subarray(0, 2000)));
  if (isBatchError(error) && error.results !== undefined) {
    console.error(showResults(error.results));
  }
  process.exitCode = 1;
});
