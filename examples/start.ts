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
import { describeFailure } from './describe-failure.ts';
import { ProductStore } from './product-store.ts';
import { readRequests } from './requests-file.ts';
import { JOB_SERVICES, runServiceJob } from './run-service-job.ts';
import { serveProducts } from './serve-products.ts';
import { serviceNamed } from './service-named.ts';
import { showMessage } from './show-message.ts';
import { showResults } from './show-results.ts';
import { showRewrites } from './show-rewrites.ts';
import { startArguments, USAGE } from './start-arguments.ts';

async function main(): Promise<void> {
  const given = startArguments(process.argv.slice(2));
  if (given.task === 'help') return console.log(USAGE);
  if (JOB_SERVICES.includes(given.service ?? '')) return runServiceJob(given.service ?? '');
  const service = given.service === undefined ? undefined : serviceNamed(given.service);
  if (given.task === 'demonstrate') {
    if (service === undefined) return demonstrate();
    if (service.name === 'channelAdvisor') return demonstrateChannelAdvisor(service);
    throw new Error(`There is no double of ${service.name}: give --url and --requests.\n\n${USAGE}`);
  }
  const { url, requests, version, continueOnError, headers } = given;
  await send(url, await readRequests(requests), {
    service,
    ...(service !== undefined && { serviceRoot: new URL('.', url).href }),
    version: version as EncodeBatchRequestOptions['version'],
    continueOnError,
    headers,
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

  const response = await fetch(url, request).catch((error: Error) => {
    throw new Error(`${new URL(url).host} could not be reached`, { cause: error.cause ?? error });
  });
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

main().catch((error: unknown) => {
  console.error(error instanceof Error ? describeFailure(error) : error);
  if (error instanceof BatchResponseError)
    console.error(new TextDecoder().decode(error.bytes.subarray(0, 2000)));
  if (isBatchError(error) && error.results !== undefined) {
    console.error(showResults(error.results));
  }
  process.exitCode = 1;
});
