/**
 * What is particular to one service: rules that rewrite or refuse operations before anything is sent, and say why.
 *
 * @module
 */
export { type AzureBlobOptions, azureBlob } from './services/azure-blob.ts';
export { azureTable } from './services/azure-table.ts';
export type { BatchPolicy, ChangeSetKeys } from './services/batch-policy.ts';
export type { BodyRule, MemberType } from './services/body-rule.ts';
export type { ServiceOptions } from './services/built-in-service.ts';
export { type BusinessCentralOptions, businessCentral } from './services/business-central.ts';
export { type CapOptions, cap } from './services/cap.ts';
export { type ChannelAdvisorOptions, channelAdvisor } from './services/channel-advisor.ts';
export { dataverse } from './services/dataverse.ts';
export { type DefinedService, defineService, type ServiceFunctions } from './services/define-service.ts';
export { explainRewrite, type RewriteExplanation } from './services/explain-rewrite.ts';
export { type GoogleApiOptions, googleApi } from './services/google-api.ts';
export { isRetryable } from './services/is-retryable.ts';
export type { KeySpec, KeyType } from './services/key-type.ts';
export { type MicrosoftGraphOptions, microsoftGraph } from './services/microsoft-graph.ts';
export { type ODataOptions, odata } from './services/odata.ts';
export type { Coalesce, CoalescedOperations } from './services/prepare-batch.ts';
export type { EndpointRule, RewriteRule, RuleDefinitions } from './services/rewrite-rule.ts';
export { type SapBusinessOneOptions, sapBusinessOne } from './services/sap-business-one.ts';
export { sapGatewayV2 } from './services/sap-gateway-v2.ts';
export { sapGatewayV4 } from './services/sap-gateway-v4.ts';
export type { ServiceDefinition } from './services/service-definition.ts';
export { sharePoint } from './services/share-point.ts';
export { successFactors } from './services/success-factors.ts';
export type { KeySpecs } from './services/url-template.ts';
export type { RewriteWarning } from './services/verdict.ts';
