import {
  createdUrl,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  type Service,
} from 'odata-batch-codec';
import {
  azureBlob,
  channelAdvisor,
  type DefinedService,
  dataverse,
  defineService,
  explainRewrite,
  googleApi,
  isRetryable,
  type ServiceDefinition,
} from 'odata-batch-codec/services';
import { typeOf } from '../assert.ts';

// A service is what options ask for, and can be written by hand.
const services: readonly Service[] = [
  channelAdvisor(),
  dataverse({ serviceRoot: 'https://h/' }),
  { name: 'mine' },
];
const defined: DefinedService = defineService({ name: 'shop', limits: { maxOperations: 5 } });

const definition = {
  name: 'shop',
  version: '4.0',
  rules: [
    {
      name: 'labels',
      methods: ['PUT'],
      alias: 'Products({ID})/Labels({Name})',
      real: 'ProductLabels(ProductID={ID},Name={Name})',
      keys: { ID: { type: 'int32', minimum: 0 }, Name: 'string' },
    },
  ],
  retryable: [429, '5xx'],
} as const satisfies ServiceDefinition;
defineService(definition);
// @ts-expect-error a member that definitions do not have
defineService({ name: 'shop', rule: [] });
// @ts-expect-error an API is needed
googleApi();
// @ts-expect-error a choice that there is not
channelAdvisor({ layout: 'nested' });
// @ts-expect-error - a service, not the function that makes one
encodeBatchRequest([{ method: 'GET', url: 'Products' }], { service: channelAdvisor });
// @ts-expect-error - a service, not its name
encodeBatchRequest([{ method: 'GET', url: 'Products' }], { service: 'channelAdvisor' });
azureBlob({ container: undefined, limits: { maxOperations: undefined } });

const request = encodeBatchRequest([{ method: 'GET', url: 'A' }], { service: defined });
const [result] = decodeBatchResponse({ body: '' }, { request });
typeOf(createdUrl(result, { request })).is<string | null>();
if (result.outcome === 'not-executed') typeOf(result.cause?.status).is<number | undefined>();
decodeBatchRequest({ body: '' }, { service: services[0] });
typeOf(isRetryable(defined, 429)).is<boolean>();
typeOf(explainRewrite(defined, { method: 'GET', url: 'A' }).outcome).is<
  'rewritten' | 'unchanged' | 'rejected'
>();
