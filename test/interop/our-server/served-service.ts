import { type Entity, EntityStore } from './entity-store.ts';

/** A service as its client expects it: where it lives, how it answers. */
export interface ServedService {
  /** The path of the service root, with a slash at its end. */
  readonly root: string;
  readonly store: EntityStore;
  created(entity: Entity, url: string, headers: Headers): Response;
  updated(entity: Entity): Response;
  error(status: number, code: string, message: string): Response;
  /** How its client wants to see a change set that failed. */
  readonly failedChangeSet?: 'nested';
  /** Where its client writes paths that are not below the root. */
  readonly urlScope?: 'origin';
}

const empty = (headers: Record<string, string> = {}): Response =>
  new Response(null, { status: 204, headers });

/** What the SAP Cloud SDK talks to. */
export function authorsService(): ServedService {
  return {
    root: '/odata/v4/interop/',
    // The SDK's form relativeToEntity is a path from the host's root that means one from the service root.
    urlScope: 'origin',
    store: new EntityStore({ Authors: { keys: ['ID'] } }),
    created: (body, url) => Response.json(body, { status: 201, headers: { Location: url } }),
    updated: (body) => Response.json(body),
    error,
  };
}

function error(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status });
}

/** What dynamics-web-api talks to: Dataverse makes the keys and says no more of a new entity than its URL. */
export function dataverseService(): ServedService {
  let last = 0;
  const newKey = (): string => `10000000-0000-4000-8000-${String(++last).padStart(12, '0')}`;
  return {
    root: '/api/data/v9.2/',
    store: new EntityStore({
      accounts: { keys: ['accountid'], newKey },
      contacts: { keys: ['contactid'], newKey },
    }),
    created: (_, url) => empty({ Location: url, 'OData-EntityId': url }),
    updated: () => empty(),
    error,
  };
}

/** Any will do: no test changes an entity by its ETag. */
export const TABLE_ETAG = `W/"datetime'2026-01-01T00%3A00%3A00.0000000Z'"`;

/** What data-tables talks to. It takes every object in an answer for an error, so the others have no body. */
export function tableService(account: string): ServedService {
  return {
    root: `/${account}/`,
    failedChangeSet: 'nested',
    store: new EntityStore({ Items: { keys: ['PartitionKey', 'RowKey'] } }),
    created: (body, url, headers) =>
      headers.get('Prefer') === 'return-no-content'
        ? empty({ Location: url, ETag: TABLE_ETAG })
        : Response.json(body, { status: 201, headers: { Location: url, ETag: TABLE_ETAG } }),
    updated: () => empty({ ETag: TABLE_ETAG }),
    error: (status, code, value) =>
      Response.json({ 'odata.error': { code, message: { lang: 'en-US', value } } }, { status }),
  };
}
