import type { BodyRule } from './body-rule.ts';
import type { KeySpecs, UrlTemplate } from './url-template.ts';

/** Turns an alias, which works alone but not inside a batch, into its real URI; plain data. */
export interface RewriteRule {
  /** How results and warnings name it. */
  readonly name: string;
  /** Of the operations that it is for. */
  readonly methods: readonly string[];
  /** The path below the service root that a batch can't take: `Products({ID})/Labels({Name})`. */
  readonly alias: string;
  /** The path that says the same: `ProductLabels(ProductID={ID},Name={Name})`. */
  readonly real: string;
  /** The types of the keys. */
  readonly keys: KeySpecs;
  /** The method to send instead; default that of the operation. */
  readonly method?: string | undefined;
  /** How the body changes; default not at all. */
  readonly body?: BodyRule | undefined;
}

/** The rule of every service that writes what is a real URI already as a URL has to be written. */
export const REAL_URI = 'real-uri';

/** Operations by method and path. */
export interface EndpointRule {
  /** Default all. */
  readonly methods?: readonly string[] | undefined;
  /** A path below the service root; a key in it stands for any. */
  readonly path: string;
  /** Why it is on the list, for the message. */
  readonly reason?: string | undefined;
}

/** What rules can be made of. */
export interface RuleDefinitions {
  readonly rules?: readonly RewriteRule[] | undefined;
  /** Endpoints that can't be batched, whatever the letter case and the query. */
  readonly deny?: readonly EndpointRule[] | undefined;
  /** The only endpoints that can be batched; default all. */
  readonly allow?: readonly EndpointRule[] | undefined;
  /** Query options that no operation may have, in lower case: they belong to the batch itself. */
  readonly forbiddenQuery?: readonly string[] | undefined;
  /** What stands between the keys of a real URI. Default `,`. */
  readonly keySeparator?: ',' | ',%20' | undefined;
}

export interface CompiledRule extends RewriteRule {
  readonly aliasTemplate: UrlTemplate;
  readonly realTemplate: UrlTemplate;
}

export interface CompiledEndpoint extends EndpointRule {
  readonly template: UrlTemplate;
}

/** Rules ready to be asked. */
export interface CompiledRules {
  readonly rules: readonly CompiledRule[];
  readonly deny: readonly CompiledEndpoint[];
  readonly allow: readonly CompiledEndpoint[] | undefined;
  readonly forbiddenQuery: readonly string[];
  readonly keySeparator: string;
}
