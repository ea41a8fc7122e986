import { angularOdata } from './angular-odata.ts';
import { apeleghq } from './apeleghq-multipart-parser.ts';
import { dynamicsWebApi } from './dynamics-web-api.ts';
import { fastifyDicer } from './fastify-dicer.ts';
import { mjackson } from './mjackson-multipart-parser.ts';
import { oJs } from './o-js.ts';
import { odataBatchRequest } from './odata-batch-request.ts';
import { ours } from './ours.ts';
import type { Peer } from './peer.ts';
import { remixRun } from './remix-run-multipart-parser.ts';
import { sapCloudSdk } from './sap-cloud-sdk.ts';
import { tsOdatajs } from './ts-odatajs.ts';
import { ui5Batch } from './ui5-batch.ts';

/** Ours, the OData clients, the parsers of any multipart. */
export const allPeers: readonly Peer[] = [
  ours,
  ui5Batch,
  tsOdatajs,
  odataBatchRequest,
  sapCloudSdk,
  oJs,
  dynamicsWebApi,
  angularOdata,
  mjackson,
  remixRun,
  apeleghq,
  fastifyDicer,
];
