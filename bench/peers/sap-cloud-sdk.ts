import { createRequire } from 'node:module';
import { SERVICE } from '../shapes/operations.ts';
import { packageVersion } from './package-version.ts';
import type { Answer, Peer } from './peer.ts';
import { bytesOf, textOf } from './text.ts';

interface ParsedResponse {
  readonly httpCode: number;
  readonly body: unknown;
}

const require = createRequire(import.meta.url);
const folder = '@sap-cloud-sdk/odata-common/dist/request-builder/batch';
const { parseBatchResponse } = require(`${folder}/batch-response-parser.js`);
const { serializeBatchRequest } = require(`${folder}/batch-request-serializer.js`);
const { ODataCreateRequestConfig } = require('@sap-cloud-sdk/odata-common');
// It logs every body that is no JSON.
require('@sap-cloud-sdk/util').muteLoggers();

/** What its generated classes tell about an entity. */
const entityApi = {
  entityConstructor: { _defaultBasePath: SERVICE.path, _entityName: SERVICE.entitySet },
};
const options = { subRequestPathType: 'absolute', destination: { url: SERVICE.origin } };

/** The layer below the generated classes of SAP Cloud SDK. Gives values only, `{}` for what is no JSON. */
export const sapCloudSdk: Peer = {
  name: 'SAP Cloud SDK',
  version: packageVersion('@sap-cloud-sdk/odata-common'),
  decoder: () => (bytes, contentType) =>
    parseBatchResponse({ data: textOf(bytes), headers: { 'content-type': contentType } })
      .flat()
      .map(({ httpCode, body }: ParsedResponse): Answer => ({ status: httpCode, value: body })),
  encodeRequest(operations) {
    const boundary = `batch_${crypto.randomUUID()}`;
    const requests = operations.map(({ headers, body }) => {
      const requestConfig = new ODataCreateRequestConfig(entityApi);
      requestConfig.customHeaders = headers;
      requestConfig.payload = body;
      return { requestConfig };
    });
    const body = serializeBatchRequest({ requests, requestConfig: { boundary } }, options);
    return { contentType: `multipart/mixed; boundary=${boundary}`, body: bytesOf(body) };
  },
};
