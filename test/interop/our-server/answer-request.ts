import type { Entity } from './entity-store.ts';
import type { ServedService } from './served-service.ts';

/** Answers one request to a service: reads and writes entities as its client expects it. */
export async function answerRequest(request: Request, service: ServedService): Promise<Response> {
  const { store } = service;
  const { origin, path } = pathOf(request, service);
  const [, set, key, navigation] = /^(\w+)(?:\((.*)\))?(?:\/(\w+))?$/.exec(path) ?? [];
  if (set === undefined || !store.has(set)) return service.error(404, 'NotFound', `nothing at ${path}`);

  if (request.method === 'POST') {
    const into = navigation ?? set;
    const parent = navigation === undefined ? {} : { [`${set}_id`]: key };
    const entity = store.insert(into, { ...((await request.json()) as Entity), ...parent });
    if (entity === undefined) return service.error(409, 'EntityAlreadyExists', 'the key is taken');
    return service.created(entity, `${origin}${service.root}${store.urlOf(into, entity)}`, request.headers);
  }
  if (key === undefined) return Response.json({ value: store.all(set) });

  const found = store.find(set, key);
  const isUpsert = request.headers.get('If-Match') === null && /^(?:PUT|PATCH|MERGE)$/.test(request.method);
  if (found === undefined && !isUpsert) return service.error(404, 'NotFound', `no entity ${set}(${key})`);
  switch (request.method) {
    case 'GET':
      return Response.json(found);
    case 'DELETE':
      store.remove(set, key);
      return new Response(null, { status: 204 });
    case 'PUT':
    case 'PATCH':
    case 'MERGE': {
      const kept = request.method === 'PUT' ? {} : found;
      const entity = { ...kept, ...((await request.json()) as Entity) };
      store.put(set, key, entity);
      return service.updated(entity);
    }
    default:
      return service.error(405, 'MethodNotAllowed', request.method);
  }
}

/** The path below the service root, or below that of the host where it is another one. */
function pathOf(request: Request, { root }: ServedService): { origin: string; path: string } {
  const { origin, pathname } = new URL(request.url);
  const path = decodeURIComponent(pathname);
  return { origin, path: path.startsWith(root) ? path.slice(root.length) : path.slice(1) };
}
