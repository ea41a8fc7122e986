import {
  azureBlob,
  azureTable,
  businessCentral,
  cap,
  channelAdvisor,
  type DefinedService,
  dataverse,
  microsoftGraph,
  odata,
  sapBusinessOne,
  sapGatewayV2,
  sapGatewayV4,
  sharePoint,
  successFactors,
} from 'odata-batch-codec/services';

const SERVICES: readonly (() => DefinedService)[] = [
  azureBlob,
  azureTable,
  businessCentral,
  cap,
  channelAdvisor,
  dataverse,
  microsoftGraph,
  odata,
  sapBusinessOne,
  sapGatewayV2,
  sapGatewayV4,
  sharePoint,
  successFactors,
];

/** A built-in service by the name of its function, in any letter case. */
export function serviceNamed(name: string): DefinedService {
  const make = SERVICES.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (make !== undefined) return make();
  throw new Error(`--service takes one of ${SERVICES.map((each) => each.name.toLowerCase()).join(', ')}`);
}
