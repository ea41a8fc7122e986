/** The versions of OData that differ in how a batch is written. */
export type ODataVersion = '2.0' | '3.0' | '4.0' | '4.01';

/** What one version says about batches. */
export interface VersionRules {
  /** The header that names the version, and the one that names the highest version accepted (B-04). */
  readonly versionHeader: string;
  readonly maxVersionHeader: string;
  /** Status of a batch that was read (X1). */
  readonly successStatus: number;
  /** Whether each operation of a change set must have a Content-ID (B-14). */
  readonly contentIdRequired: boolean;
  /** Where a Content-ID must be unique (B-18), and what a reference may refer to. */
  readonly contentIdScope: 'batch' | 'change-set';
  readonly referenceScope: 'batch' | 'change-set';
  /** Whether operations other than GET may stand outside a change set (B-10). */
  readonly writesOutsideChangeSets: boolean;
  /** The preference that asks the service to go on after a failure (S-05). */
  readonly continueOnError: string;
}

const UP_TO_3: VersionRules = {
  versionHeader: 'DataServiceVersion',
  maxVersionHeader: 'MaxDataServiceVersion',
  successStatus: 202,
  contentIdRequired: false,
  contentIdScope: 'change-set',
  referenceScope: 'change-set',
  writesOutsideChangeSets: false,
  // No preference of these versions (S-08), but services that also speak 4.0 follow it and others must ignore it.
  continueOnError: 'odata.continue-on-error',
};

const FROM_4: VersionRules = {
  versionHeader: 'OData-Version',
  maxVersionHeader: 'OData-MaxVersion',
  successStatus: 200,
  contentIdRequired: true,
  contentIdScope: 'batch',
  referenceScope: 'batch',
  writesOutsideChangeSets: true,
  continueOnError: 'odata.continue-on-error',
};

export const VERSIONS: Readonly<Record<ODataVersion, VersionRules>> = {
  '2.0': UP_TO_3,
  '3.0': UP_TO_3,
  '4.0': FROM_4,
  '4.01': { ...FROM_4, continueOnError: 'continue-on-error' },
};

/** Reads a version header; `4.0;` and `1.0;NetFx` occur (H-58). Undefined where it names no version known here. */
export function parseVersion(value: string | null): ODataVersion | undefined {
  const text = value?.split(';')[0]?.trim();
  if (text === '1.0') return '2.0';
  return text !== undefined && Object.hasOwn(VERSIONS, text) ? (text as ODataVersion) : undefined;
}
