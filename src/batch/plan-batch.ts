import { isKnownMethod, misspeltMethod } from '../http/method.ts';
import { isToken } from '../mime/header-field.ts';
import { encodeTarget, type Target, type TargetProblem, writeTarget } from '../odata/target.ts';
import { placeOfMethod, VERSIONS, type VersionRules } from '../odata/version.ts';
import { assignIds } from './assign-ids.ts';
import type { BatchFormat } from './batch-format.ts';
import { isBatchUrl } from './batch-url.ts';
import { hasContent } from './body.ts';
import type { EncodeBatchRequestOptions } from './encode-options.ts';
import { flattenBatch, type Place } from './flatten-batch.ts';
import { HeaderPlanner } from './header-planner.ts';
import type { Issues } from './issues.ts';
import { numberOperations } from './number-operations.ts';
import type { Batch } from './operation.ts';
import type { PlannedItem, PlannedOperation } from './plan.ts';
import { prepareOperations } from './prepare-operations.ts';
import { type ResolvedReferences, resolveReferences } from './resolve-references.ts';
import type { Service } from './service.ts';
import type { UsageWarning } from './usage-warning.ts';

/** Options with their defaults in. */
export interface PlanSettings {
  readonly format: BatchFormat;
  readonly service: Service | undefined;
  readonly version: VersionRules;
  readonly urlForm: NonNullable<EncodeBatchRequestOptions['urlForm']>;
  readonly serviceRoot: string | undefined;
  readonly contentId: NonNullable<EncodeBatchRequestOptions['contentId']>;
  readonly accept: NonNullable<EncodeBatchRequestOptions['accept']>;
  readonly forbidden: NonNullable<EncodeBatchRequestOptions['forbiddenHeaders']>;
  readonly continueOnError: boolean | undefined;
}

/** The service's word comes before the general default, the caller's before both. */
export function planSettings(options: EncodeBatchRequestOptions): PlanSettings {
  const { service } = options;
  const format = options.format ?? service?.format ?? 'multipart';
  return {
    format,
    service,
    version: VERSIONS[options.version ?? service?.version ?? '4.0'],
    urlForm: options.urlForm ?? service?.urlForm ?? 'as-given',
    serviceRoot: options.serviceRoot ?? service?.serviceRoot,
    contentId: contentIdPolicy(format, options),
    accept: options.accept ?? service?.accept ?? 'add',
    forbidden: options.forbiddenHeaders ?? service?.forbiddenHeaders ?? 'error',
    continueOnError: options.continueOnError,
  };
}

/** In JSON every operation has an id (J-04); whose it is stays as the service wants it. */
function contentIdPolicy(
  format: BatchFormat,
  { contentId, service }: EncodeBatchRequestOptions,
): PlanSettings['contentId'] {
  const policy = contentId ?? service?.contentId ?? 'all';
  return format === 'json' && policy !== 'numbered' ? 'all' : policy;
}

/** The operations of a plan; their bodies, conditions and what they need by place in the flattened batch. */
export interface PlannedBatch
  extends Pick<ResolvedReferences, 'dependencies' | 'referents' | 'bodyReferents'> {
  readonly items: readonly PlannedItem[];
  readonly bodies: readonly unknown[];
  readonly conditions: readonly unknown[];
  readonly warnings: readonly UsageWarning[];
}

/** Decides how each operation goes on the wire, bodies apart, and tells all that can't. */
export function planBatch(batch: Batch, settings: PlanSettings, issues: Issues): PlannedBatch {
  const places = flattenBatch(batch, issues);
  const ids = assignIds(places, issues);
  const { version, contentId } = settings;
  const resolved = resolveReferences(
    places,
    ids,
    { scope: version.referenceScope, idsAreSent: contentId !== 'none' },
    issues,
  );
  const { urls, targets, dependencies, referents, bodyReferents } = resolved;

  const serviceRoot = encodeRoot(settings.serviceRoot, issues);
  const headerPlanner = new HeaderPlanner(settings, issues);
  const warnings: UsageWarning[] = [];
  const facts = { ids, urls, targets, serviceRoot: settings.serviceRoot };
  const prepared = prepareOperations(resolved.places, settings.service, facts, issues, warnings);
  const numbered = contentId === 'numbered' ? numberOperations(prepared, ids, issues) : undefined;
  const preparedUrls = numbered?.urls ?? prepared.urls;
  const items: (PlannedOperation | PlannedOperation[])[] = [];
  const bodies: unknown[] = [];
  for (const place of prepared.places) {
    const { operation, given, index, path } = place;
    bodies[index] = given.body;
    const id = ids[index] as string;
    checkMethod(place, settings, issues);
    checkBody(place, issues);
    if (settings.format === 'multipart') checkConditions(place, places, resolved, settings, issues);
    const target = planTarget(preparedUrls[index], settings, serviceRoot, place, issues);
    const wireId = numbered?.wireIds[index];
    const { headers, added } = headerPlanner.plan(given, target, wireId ?? id, place.name);
    const fields = prepared.fields.get(index) ?? [];
    const group = prepared.coalesced.get(index);
    const sentAs = group?.[0] === index ? undefined : group?.[0];
    const inChangeSet = path.length === 2;
    const hasId =
      contentId === 'all' ||
      contentId === 'numbered' ||
      (contentId === 'change-sets' && (inChangeSet || given.id !== undefined || targets.has(index)));
    const { method } = given;
    const planned = {
      operation,
      index,
      path,
      id,
      idSent: hasId && sentAs === undefined,
      wireId,
      method,
      url: target.url,
      headers: fields.length === 0 ? headers : [...fields, ...headers],
      addedHeaders: fields.length === 0 ? added : [...fields.map(([name]) => name), ...added],
      rewrite: prepared.rewrites.get(index),
      coalescedWith: group?.filter((other) => other !== index),
      sentAs,
    };

    const last = items.at(-1);
    if (!inChangeSet) items.push(planned);
    else if (path[1] === 0 || !Array.isArray(last)) items.push([planned]);
    else last.push(planned);
  }
  const conditions = places.map(({ given }) => given.if);
  return { items, bodies, conditions, dependencies, referents, bodyReferents, warnings };
}

function checkMethod(
  { given: { method }, path, name }: Place,
  { format, version }: PlanSettings,
  issues: Issues,
): void {
  const meant = typeof method === 'string' ? misspeltMethod(method) : undefined;
  if (typeof method !== 'string' || !(isKnownMethod(method) || isToken(method))) {
    issues.add(`${name}.method`, 'invalid-method', 'expected a method such as "GET"');
    return;
  }
  if (meant !== undefined) {
    issues.add(`${name}.method`, 'lower-case-method', `methods are case-sensitive: write "${meant}"`);
    return;
  }
  const place = placeOfMethod(method, version);
  if (place === 'nowhere') {
    const message = `this version of OData has no ${method}: write PATCH, or give the version that has it`;
    issues.add(`${name}.method`, 'method-not-in-version', message);
  } else if (path.length === 2 && format === 'multipart' && place === 'outside') {
    issues.add(`${name}.method`, 'method-in-change-set', `${method} may not stand in a change set`);
  } else if (path.length === 1 && place === 'change-set') {
    const message = `OData 2.0 and 3.0 take ${method} in a change set only: wrap the operation in an array`;
    issues.add(`${name}.method`, 'write-outside-change-set', message);
  }
}

function checkBody({ given: { method, body }, name }: Place, issues: Issues): void {
  if ((method === 'GET' || method === 'HEAD') && hasContent(body)) {
    issues.add(`${name}.body`, 'body-not-allowed', `${method} has no body`);
  }
}

/**
 * What a multipart batch has no words for. Where it stops at the first failure nothing behind a failure is executed; where it
 * goes on, only what an operation refers to, or what stands in its change set, can hold it back.
 */
function checkConditions(
  { given, name, index, path }: Place,
  places: readonly Place[],
  { dependencies, referents }: ResolvedReferences,
  { continueOnError }: PlanSettings,
  issues: Issues,
): void {
  if (given.if !== undefined) {
    issues.add(`${name}.if`, 'not-expressible', 'a multipart batch has no conditions');
  }
  if (continueOnError !== true) return;
  const isImplied = (needed: number) =>
    needed === referents[index] || (path.length === 2 && places[needed]?.path[0] === path[0]);
  if (dependencies[index]?.every(isImplied) !== false) return;
  const message = 'a multipart batch that continues on error has no dependencies';
  issues.add(`${name}.dependsOn`, 'not-expressible', message);
}

/** The service root stands in targets, so it is encoded like them. */
function encodeRoot(serviceRoot: string | undefined, issues: Issues): string | undefined {
  const encoded = serviceRoot === undefined ? undefined : encodeTarget(serviceRoot);
  if (typeof encoded !== 'object') return encoded;
  issues.add('options.serviceRoot', encoded.code, encoded.message);
  return undefined;
}

/** The request target; an empty one where there is none, which the issues say. */
function planTarget(
  url: string | undefined,
  { format, urlForm, service }: PlanSettings,
  serviceRoot: string | undefined,
  { name }: Place,
  issues: Issues,
): Target {
  if (url === undefined) return { url: '' };
  const encoded = encodeTarget(url);
  const written = typeof encoded === 'string' ? writeTarget(encoded, urlForm, serviceRoot) : encoded;
  const target = format === 'json' && !isProblem(written) ? onBatchHost(written, serviceRoot) : written;
  if (isProblem(target)) {
    issues.add(`${name}.url`, target.code, target.message);
    return { url: '' };
  }
  if (isBatchUrl(target.url))
    issues.add(`${name}.url`, 'nested-batch', 'a batch must not hold another batch');
  const maximum = service?.limits?.maxUrlLength ?? Number.POSITIVE_INFINITY;
  if (target.url.length > maximum) {
    const message = `the service takes URLs of ${maximum} characters, this one has ${target.url.length}`;
    issues.add(`${name}.url`, 'url-too-long', message);
  }
  return service?.hostHeader === false ? { url: target.url } : target;
}

/** In JSON a path means the host of the batch itself (J-06), so it can't stand for a URL of another one. */
function onBatchHost({ url, host }: Target, serviceRoot: string | undefined): Target | TargetProblem {
  if (host === undefined) return { url };
  if (serviceRoot === undefined) {
    const message = 'only with serviceRoot can a URL of a JSON batch be written as a path';
    return { code: 'service-root-required', message };
  }
  const root = writeTarget('/', 'as-given', serviceRoot);
  if ('host' in root && root.host?.toLowerCase() === host.toLowerCase()) return { url };
  return { code: 'url-outside-service-root', message: 'the URL is not on the host of serviceRoot' };
}

function isProblem(target: object): target is TargetProblem {
  return 'code' in target;
}
