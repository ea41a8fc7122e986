import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { BatchFormat } from '../../src/batch/batch-format.ts';
import type { SyntaxErrorCode } from '../../src/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';
import type { WarningCode } from '../../src/reading.ts';
import type { Tolerance } from '../../src/tolerances.ts';

/** `spec-fixtures`, with a slash at its end. */
export const FIXTURE_ROOT = fileURLToPath(new URL('../../spec-fixtures/', import.meta.url));

export const FIXTURE_FOLDERS = ['golden', 'negative', 'peers', 'recorded'] as const;
export type FixtureFolder = (typeof FIXTURE_FOLDERS)[number];

/** The error codes that decoding a message can give: all but those that only a body's content gives. */
export const MESSAGE_ERROR_CODES = [
  'invalid-media-type',
  'not-a-batch',
  'missing-boundary',
  'duplicate-boundary',
  'invalid-boundary',
  'boundary-conflict',
  'missing-delimiter',
  'missing-close-delimiter',
  'missing-inner-close',
  'missing-content-type',
  'unsupported-part-type',
  'unsupported-transfer-encoding',
  'nested-change-set',
  'empty-change-set',
  'missing-http-message',
  'header-without-colon',
  'invalid-header-name',
  'space-before-colon',
  'invalid-header-value',
  'folded-header',
  'duplicate-header',
  'repeated-content-id',
  'invalid-request-line',
  'lower-case-method',
  'invalid-method',
  'invalid-target',
  'space-in-target',
  'missing-http-version',
  'unsupported-http-version',
  'invalid-status-line',
  'invalid-content-length',
  'missing-content-id',
  'invalid-content-id',
  'duplicate-content-id',
  'method-in-change-set',
  'body-not-allowed',
  'forbidden-header',
  'forward-reference',
  'unknown-reference',
  'nested-batch',
  'unexpected-end',
  'invalid-json',
  'invalid-text',
  'invalid-member',
  'duplicate-member',
  'unknown-member',
  'split-change-set',
  'missing-dependency',
  'reference-out-of-scope',
  'invalid-status',
  'invalid-base64',
] as const satisfies readonly SyntaxErrorCode[];

export const TOLERANCES = [
  'any-content-id',
  'content-id-per-change-set',
  'content-length-trusted',
  'folded-header',
  'get-in-change-set',
  'invalid-content-length',
  'lower-case-method',
  'missing-content-id',
  'missing-dependency',
  'missing-http-version',
  'missing-inner-close',
  'other-http-version',
  'other-subtype',
  'space-before-colon',
  'space-in-target',
  'three-dash-close',
  'truncated',
  'unencoded-body',
] as const satisfies readonly Tolerance[];

export const WARNING_CODES = [
  'body-not-allowed',
  'content-length-mismatch',
  'empty-batch',
  'folded-header',
  'forbidden-header',
  'invalid-content-id',
  'invalid-content-length',
  'line-feed-delimiter',
  'missing-content-id',
  'missing-inner-close',
  'other-http-version',
  'space-before-colon',
  'three-dash-close',
  'truncated',
  'unencoded-body',
] as const satisfies readonly WarningCode[];

export const OUTCOMES = ['succeeded', 'failed', 'rolled-back', 'not-executed', 'unknown', 'pending'] as const;

// A code or tolerance that is added to the sources must be added here too, or these lines don't compile.
type Missing =
  | Exclude<SyntaxErrorCode, (typeof MESSAGE_ERROR_CODES)[number]>
  | Exclude<Tolerance, (typeof TOLERANCES)[number]>
  | Exclude<WarningCode, (typeof WARNING_CODES)[number]>;
const nothingMissing: [Missing] extends [never] ? true : Missing = true;
void nothingMissing;

const ids = z.registry<{ id?: string; title?: string; description?: string }>();

const body = z
  .union([z.strictObject({ text: z.string().min(1) }), z.strictObject({ base64: z.base64().min(1) })])
  .register(ids, { id: 'body' });
const headers = z.array(z.tuple([z.string().min(1), z.string()])).register(ids, { id: 'headers' });
const request = z
  .strictObject({
    method: z.string().min(1),
    url: z.string().min(1),
    headers,
    id: z.string().optional(),
    dependsOn: z.array(z.string().min(1)).min(1).optional(),
    if: z.string().min(1).optional(),
    body: body.optional(),
  })
  .register(ids, { id: 'request' });
const response = z
  .strictObject({
    status: z.int().min(0).max(999),
    statusText: z.string(),
    headers,
    id: z.string().optional(),
    body: body.optional(),
  })
  .register(ids, { id: 'response' });

/** A part, or a place in a JSON batch. */
const path = z
  .string()
  .regex(/^(parts\[\d+\](\.changeset\[\d+\])?|\w+|(requests|responses)\[\d+\](\.[^.[\]]+(\[\d+\])?){0,2})?$/);
const syntaxError = z
  .strictObject({
    code: z.enum(MESSAGE_ERROR_CODES),
    offset: z.int().min(0),
    line: z.int().min(1),
    path,
  })
  .register(ids, { id: 'syntaxError' });
const limitError = z
  .strictObject({
    code: z.literal('limit-exceeded'),
    limit: z.enum(Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]),
  })
  .register(ids, { id: 'limitError' });
/** An answer that is no batch has no place in it that would be wrong. */
const refusedAnswer = z
  .strictObject({ code: z.literal('not-a-batch') })
  .register(ids, { id: 'refusedAnswer' });

const plannedRequest = z
  .strictObject({
    method: z.string().min(1),
    url: z.string().min(1),
    id: z.string().optional(),
    dependsOn: z.array(z.string().min(1)).min(1).optional(),
    headers: headers.optional(),
  })
  .register(ids, { id: 'plannedRequest' });
const outcome = z.enum(OUTCOMES).register(ids, { id: 'outcome' });

const nested = <T extends z.ZodType>(item: T) => z.array(z.union([item, z.array(item)]));

const message = {
  title: z.string().regex(/^[A-Z].*[.]$/),
  rules: z.array(z.string().regex(/^([A-Z]-\d{2}|X\d{1,2})$/)).min(1),
  source: z.string().min(1),
  contentType: z.string().nullable(),
  version: z.enum(['2.0', '3.0', '4.0', '4.01']).optional(),
};
const tolerated = {
  tolerate: z.array(z.enum(TOLERANCES)).min(1).optional(),
  strict: syntaxError.optional(),
};
const accepted = {
  ...tolerated,
  warnings: z.array(z.enum(WARNING_CODES)).min(1).optional(),
  encode: z
    .union([
      z.strictObject({
        boundaries: z.array(z.string().min(1)).min(1),
        contentId: z.enum(['all', 'change-sets', 'none']),
        accept: z.literal('as-given'),
      }),
      z.strictObject({ format: z.literal('json'), accept: z.literal('as-given') }),
    ])
    .optional(),
};
const answer = {
  kind: z.literal('response'),
  status: z.int().min(100).max(599).optional(),
  requests: nested(plannedRequest).optional(),
  requestFormat: z.literal('json').optional(),
  continueOnError: z.boolean().optional(),
};

const acceptedRequest = z
  .strictObject({ ...message, kind: z.literal('request'), ...accepted, expected: nested(request) })
  .register(ids, { id: 'acceptedRequest' });
const acceptedResponse = z
  .strictObject({
    ...message,
    ...answer,
    ...accepted,
    expected: nested(response),
    outcomes: nested(outcome).optional(),
  })
  .register(ids, { id: 'acceptedResponse' });
const refusedRequest = z
  .strictObject({ ...message, kind: z.literal('request'), error: z.union([syntaxError, limitError]) })
  .register(ids, { id: 'refusedRequest' });
const refusedResponse = z
  .strictObject({ ...message, ...answer, error: z.union([syntaxError, limitError, refusedAnswer]) })
  .register(ids, { id: 'refusedResponse' });

/** The JSON file of a fixture; `spec-fixtures/schema.json` says the same without zod. */
export const fixtureSchema = z
  .union([acceptedRequest, acceptedResponse, refusedRequest, refusedResponse])
  .register(ids, { title: 'A fixture of spec-fixtures', description: 'See README.md beside this file.' });

/** What `spec-fixtures/schema.json` must hold. */
export const fixtureJsonSchema = (): unknown => z.toJSONSchema(fixtureSchema, { metadata: ids });

type FixtureFile = z.infer<typeof fixtureSchema>;

export type Nested<T> = readonly (T | readonly T[])[];
export type FixtureError =
  | z.infer<typeof syntaxError>
  | z.infer<typeof limitError>
  | z.infer<typeof refusedAnswer>;
export type FixtureOutcome = z.infer<typeof outcome>;
export type PlannedRequest = z.infer<typeof plannedRequest>;
/** An operation as it stands in the message; `body` is of length 0 where the JSON file has none. */
export type ExpectedRequest = Omit<z.infer<typeof request>, 'body'> & Body;
export type ExpectedResponse = Omit<z.infer<typeof response>, 'body'> & Body;
interface Body {
  readonly body: Uint8Array<ArrayBuffer>;
}

interface Message {
  /** The name of the two files, without folder and ending. */
  readonly name: string;
  readonly folder: FixtureFolder;
  /** The body of the message. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly title: string;
  readonly rules: readonly string[];
  readonly source: string;
  readonly contentType: string | null;
  readonly version: '2.0' | '3.0' | '4.0' | '4.01';
}
interface Accepted {
  /** Empty where none is needed. */
  readonly tolerate: readonly Tolerance[];
  readonly strict?: z.infer<typeof syntaxError>;
  readonly warnings: readonly (typeof WARNING_CODES)[number][];
  readonly encode?: NonNullable<z.infer<typeof acceptedRequest>['encode']>;
  readonly error?: undefined;
}
interface Refused {
  readonly error: FixtureError;
  readonly tolerate: readonly [];
  readonly expected?: undefined;
}
interface Answer {
  readonly kind: 'response';
  readonly status: number;
  readonly requests?: Nested<PlannedRequest>;
  /** The format that the requests were sent in. */
  readonly requestFormat: BatchFormat;
  readonly continueOnError?: boolean;
}

export interface AcceptedRequest extends Message, Accepted {
  readonly kind: 'request';
  readonly expected: Nested<ExpectedRequest>;
}
export interface AcceptedResponse extends Message, Answer, Accepted {
  readonly expected: Nested<ExpectedResponse>;
  readonly outcomes?: Nested<FixtureOutcome>;
}
export interface RefusedRequest extends Message, Refused {
  readonly kind: 'request';
}
export interface RefusedResponse extends Message, Answer, Refused {}

/** Narrow it by `kind`, and by `error === undefined`. */
export type Fixture = AcceptedRequest | AcceptedResponse | RefusedRequest | RefusedResponse;

/** The fixtures of one folder, or of all, in the order of their names; throws where a file is not as it should be. */
export function loadFixtures(folder?: FixtureFolder): readonly Fixture[] {
  const folders = folder === undefined ? FIXTURE_FOLDERS : [folder];
  return folders.flatMap((each) => fixtureNames(each).map((name) => loadFixture(each, name)));
}

/** Names of the JSON files of a folder, without their ending. */
export function fixtureNames(folder: FixtureFolder): readonly string[] {
  return filesOf(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

/** All files of a folder, sorted; none where the folder is not there. */
export function filesOf(folder: FixtureFolder): readonly string[] {
  const directory = FIXTURE_ROOT + folder;
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}

/** The JSON file of a fixture as it is. */
export function readFixtureFile(folder: FixtureFolder, name: string): FixtureFile {
  const parsed = fixtureSchema.safeParse(
    JSON.parse(readFileSync(`${FIXTURE_ROOT}${folder}/${name}.json`, 'utf8')),
  );
  if (!parsed.success) throw new Error(`${folder}/${name}.json: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

export function loadFixture(folder: FixtureFolder, name: string): Fixture {
  const file = readFixtureFile(folder, name);
  const bytes = new Uint8Array(readFileSync(`${FIXTURE_ROOT}${folder}/${name}.http`));
  const { title, rules, source, contentType, version = '4.0' } = file;
  const common = { name, folder, bytes, title, rules, source, contentType, version };
  if ('error' in file) {
    const refused = { ...common, error: file.error, tolerate: [] as const };
    return file.kind === 'request'
      ? { ...refused, kind: 'request' }
      : { ...refused, ...answerOf(file), kind: 'response' };
  }
  const { tolerate = [], warnings = [], strict, encode } = file;
  const all = { ...common, tolerate, warnings, ...defined({ strict, encode }) };
  if (file.kind === 'request')
    return { ...all, kind: 'request', expected: mapNested(file.expected, withBody) };
  const { outcomes } = file;
  return {
    ...all,
    ...answerOf(file),
    kind: 'response',
    expected: mapNested(file.expected, withBody),
    ...defined({ outcomes }),
  };
}

/** Maps the items of a list of items and lists of items. */
export function mapNested<T, U>(list: readonly (T | T[])[], map: (item: T) => U): Nested<U> {
  return list.map((item) => (Array.isArray(item) ? item.map(map) : map(item)));
}

function answerOf(file: Extract<FixtureFile, { kind: 'response' }>) {
  const { status = 200, requests, requestFormat = 'multipart' as const, continueOnError } = file;
  return { status, requestFormat, ...defined({ requests, continueOnError }) };
}

function withBody<T extends { body?: z.infer<typeof body> | undefined }>(item: T): Omit<T, 'body'> & Body {
  return { ...item, body: bytesOf(item.body) };
}

function bytesOf(value: z.infer<typeof body> | undefined): Uint8Array<ArrayBuffer> {
  if (value === undefined) return new Uint8Array();
  if ('text' in value) return new TextEncoder().encode(value.text);
  return new Uint8Array(Buffer.from(value.base64, 'base64'));
}

/** Leaves out what is undefined, as `exactOptionalPropertyTypes` wants it. */
function defined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
