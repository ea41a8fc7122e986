import type { UrlForm } from './target.ts';

/** The versions of OData that differ in how a batch is written. */
export type ODataVersion = '2.0' | '3.0' | '4.0' | '4.01';

/** Where a method may stand: in a change set only, outside of one only, in both places, or in this version not at all. */
export type MethodPlace = 'change-set' | 'outside' | 'anywhere' | 'nowhere';

/** What one version says about batches; all that encoding and decoding do by version stands here. */
export interface VersionRules {
  /** The header that names the version, and the one that names the highest version accepted (B-04). */
  readonly versionHeader: string;
  readonly maxVersionHeader: string;
  /** Status of a batch that was read (X1). */
  readonly successStatus: number;
  /** Whether a batch may be JSON. */
  readonly jsonBatches: boolean;
  /** Where each well-known method may stand (B-10, B-12, B-13). */
  readonly methods: ReadonlyMap<string, MethodPlace>;
  /** Where all other methods may: they are taken for writes. */
  readonly otherMethods: MethodPlace;
  /** How the URL of an operation may be written (H-30). */
  readonly urlForms: readonly Exclude<UrlForm, 'as-given' | 'service-path'>[];
  /** Fields that may not stand in an operation, in lower case (H-49, H-50). */
  readonly forbiddenInside: ReadonlySet<string>;
  /** Whether each operation of a change set must have a Content-ID (B-14). */
  readonly contentIdRequired: boolean;
  /** Where a Content-ID must be unique (B-18), and what a reference may refer to. */
  readonly contentIdScope: 'batch' | 'change-set';
  readonly referenceScope: 'batch' | 'change-set';
  /** The preference that asks the service to go on after a failure (S-05). */
  readonly continueOnError: string;
}

/** They change nothing, or make no HTTP exchange: none of them belongs in a change set (B-12). */
const READS: readonly [string, MethodPlace][] = [
  ['GET', 'outside'],
  ['HEAD', 'outside'],
  ['OPTIONS', 'outside'],
  ['TRACE', 'outside'],
  ['CONNECT', 'outside'],
];

const URL_FORMS = ['absolute', 'absolute-path', 'relative'] as const;

/**
 * Fields of OData 4.01 Protocol 11.7.7.1 (H-49), and one that no reader of a part understands (H-50). OData 2.0 is silent and
 * 3.0 advises against them; they are the same there, because it is the sender of a message who says its version.
 */
const FORBIDDEN_INSIDE: ReadonlySet<string> = new Set([
  'authorization',
  'expect',
  'from',
  'max-forwards',
  'proxy-authorization',
  'range',
  'te',
  'transfer-encoding',
  'www-authenticate',
]);

const UP_TO_3: VersionRules = {
  versionHeader: 'DataServiceVersion',
  maxVersionHeader: 'MaxDataServiceVersion',
  successStatus: 202,
  jsonBatches: false,
  methods: /* @__PURE__ */ new Map([
    ...READS,
    ['POST', 'change-set'],
    ['PUT', 'change-set'],
    ['PATCH', 'change-set'],
    ['MERGE', 'change-set'],
    ['DELETE', 'change-set'],
  ]),
  otherMethods: 'change-set',
  urlForms: URL_FORMS,
  forbiddenInside: FORBIDDEN_INSIDE,
  contentIdRequired: false,
  contentIdScope: 'change-set',
  referenceScope: 'change-set',
  // No preference of these versions (S-08), but services that also speak 4.0 follow it and others must ignore it.
  continueOnError: 'odata.continue-on-error',
};

const FROM_4: VersionRules = {
  versionHeader: 'OData-Version',
  maxVersionHeader: 'OData-MaxVersion',
  successStatus: 200,
  jsonBatches: true,
  methods: /* @__PURE__ */ new Map([
    ...READS,
    ['POST', 'anywhere'],
    ['PUT', 'anywhere'],
    ['PATCH', 'anywhere'],
    ['MERGE', 'nowhere'],
    ['DELETE', 'anywhere'],
  ]),
  otherMethods: 'anywhere',
  urlForms: URL_FORMS,
  forbiddenInside: FORBIDDEN_INSIDE,
  contentIdRequired: true,
  contentIdScope: 'batch',
  referenceScope: 'batch',
  continueOnError: 'odata.continue-on-error',
};

export const VERSIONS: Readonly<Record<ODataVersion, VersionRules>> = {
  '2.0': UP_TO_3,
  '3.0': UP_TO_3,
  '4.0': FROM_4,
  '4.01': { ...FROM_4, continueOnError: 'continue-on-error' },
};

/** Where a version lets a method stand. */
export function placeOfMethod(method: string, { methods, otherMethods }: VersionRules): MethodPlace {
  return methods.get(method) ?? otherMethods;
}

/** Headers that tell a message's version: first those that name it, then those that name the highest its sender understands. */
const VERSION_HEADERS: readonly string[] = [
  FROM_4.versionHeader,
  UP_TO_3.versionHeader,
  FROM_4.maxVersionHeader,
  UP_TO_3.maxVersionHeader,
];

/** The version of a message, by its headers; undefined where they name none known here. */
export function versionOf(headers: { get(name: string): string | null }): ODataVersion | undefined {
  return VERSION_HEADERS.map((name) => parseVersion(headers.get(name))).find((known) => known !== undefined);
}

/** Reads a version header; `4.0;` and `1.0;NetFx` occur (H-58). Undefined where it names no version known here. */
export function parseVersion(value: string | null): ODataVersion | undefined {
  const text = value?.split(';')[0]?.trim();
  if (text === '1.0') return '2.0';
  return text !== undefined && Object.hasOwn(VERSIONS, text) ? (text as ODataVersion) : undefined;
}
