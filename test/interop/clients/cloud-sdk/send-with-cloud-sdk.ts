import { BatchChangeSet, ODataBatchRequestBuilder } from '@sap-cloud-sdk/odata-v4';
import { setGlobalLogLevel } from '@sap-cloud-sdk/util';
import { type Authors, authorsApi } from './authors-api.ts';

// It warns of every V4 answer that there is no V2 `__metadata` in it.
setGlobalLogLevel('error');

/** How the SDK writes the URLs of the operations. */
export type CloudSdkPathType = 'noPath' | 'relativeToEntity' | 'relativeToService' | 'absolute';

type Requests = ReturnType<typeof authorsApi.requestBuilder>;
type Read = ReturnType<Requests['getAll'] | Requests['getByKey']>;
type Write = ReturnType<Requests['create'] | Requests['update'] | Requests['delete']>;

export interface Author {
  readonly id: number;
  readonly name: string;
}

/** What the SDK itself makes of one top-level part of the answer. */
export type CloudSdkOutcome =
  | { readonly kind: 'read'; readonly status: number; readonly authors: readonly Author[] }
  | { readonly kind: 'change set'; readonly statuses: readonly number[]; readonly authors: readonly Author[] }
  | { readonly kind: 'error'; readonly status: number; readonly code: unknown; readonly message: unknown };

export const cloudSdk = {
  all: (): Read => authorsApi.requestBuilder().getAll(),
  byKey: (id: number): Read => authorsApi.requestBuilder().getByKey(id),
  create: (author: Author): Write => authorsApi.requestBuilder().create(entity(author)),
  update: (author: Author): Write =>
    authorsApi.requestBuilder().update(entity(author).setOrInitializeRemoteState({ id: author.id })),
  remove: (id: number): Write => authorsApi.requestBuilder().delete(id),
};

/** Sends one batch through the SDK; a nested array becomes a change set. */
export async function sendWithCloudSdk(
  origin: string,
  serviceRoot: string,
  batch: readonly (Read | readonly Write[])[],
  pathType: CloudSdkPathType = 'relativeToService',
): Promise<CloudSdkOutcome[]> {
  const requests = batch.map((item) => (isWrites(item) ? new BatchChangeSet([...item]) : item));
  const answers = await new ODataBatchRequestBuilder(serviceRoot, requests)
    .withSubRequestPathType(pathType)
    .skipCsrfTokenFetching()
    .execute({ url: origin });
  return answers.map((answer): CloudSdkOutcome => {
    if (answer.isReadResponse()) {
      return { kind: 'read', status: answer.httpCode, authors: answer.as(authorsApi).map(plain) };
    }
    if (answer.isWriteResponses()) {
      const { responses } = answer;
      return {
        kind: 'change set',
        statuses: responses.map((response) => response.httpCode),
        authors: responses.flatMap((r) => (r.as && r.httpCode !== 204 ? [plain(r.as(authorsApi))] : [])),
      };
    }
    if (!answer.isError()) throw new Error('the SDK gave an answer of no known kind');
    const { code, message } = answer.body.error ?? {};
    return { kind: 'error', status: answer.httpCode, code, message };
  });
}

function entity(author: Author): Authors {
  return authorsApi.entityBuilder().fromJson(author);
}

function plain({ id, name }: Authors): Author {
  return { id, name };
}

function isWrites(item: Read | readonly Write[]): item is readonly Write[] {
  return Array.isArray(item);
}
