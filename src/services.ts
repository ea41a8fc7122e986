/**
 * What is particular to one service: rules that rewrite or refuse operations before anything is sent, and say why.
 *
 * @module
 */
export type { BatchPolicy } from './services/batch-policy.ts';
export type { BodyRule, MemberType } from './services/body-rule.ts';
export { type ChannelAdvisorOptions, channelAdvisor } from './services/channel-advisor.ts';
export { type DefinedService, defineService, type ServiceFunctions } from './services/define-service.ts';
export { explainRewrite, type RewriteExplanation } from './services/explain-rewrite.ts';
export type { KeySpec, KeyType } from './services/key-type.ts';
export type { Coalesce, CoalescedOperations } from './services/prepare-batch.ts';
export type { EndpointRule, RewriteRule, RuleDefinitions } from './services/rewrite-rule.ts';
export type { ServiceDefinition } from './services/service-definition.ts';
export type { KeySpecs } from './services/url-template.ts';
export type { RewriteWarning } from './services/verdict.ts';
