import Fastify, { type FastifyInstance } from 'fastify';
import { createBatchHandler, toNodeListener } from 'odata-batch-codec/server';
import type { ProductDatabase } from './database.ts';

export function fastifyService(database: ProductDatabase, serviceRoot: string): FastifyInstance {
  const app = Fastify();
  const answerBatch = createBatchHandler({
    serviceRoot,
    fetch: (request) => fetchFrom(app, request),
    transaction: (run) => database.transaction(run),
  });
  const listener = toNodeListener(answerBatch);
  app.register(async (scope) => {
    // The endpoint reads the body itself, and answers itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post('/odata/$batch', async (request, reply) => {
      reply.hijack();
      await listener(request.raw, reply.raw);
    });
  });

  app.get('/odata/Products', async () => ({ value: database.all() }));
  app.post<{ Body: { name: string } }>('/odata/Products', async ({ body: { name } }, reply) => {
    const product = database.insert(name);
    if (product === undefined) return reply.code(409).send({ error: { code: 'Duplicate', message: name } });
    return reply.code(201).header('Location', `Products(${product.id})`).send(product);
  });
  app.get<{ Params: { entity: string } }>('/odata/:entity', async ({ params: { entity }, url }, reply) => {
    const product = database.find(Number(/^Products\((\d+)\)$/.exec(entity)?.[1]));
    if (product !== undefined) return product;
    return reply.code(404).send({ error: { code: 'NotFound', message: url } });
  });
  return app;
}

/** Asks an application for an answer without a connection, in the same process and in the same transaction. */
async function fetchFrom(app: FastifyInstance, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const { statusCode, headers, rawPayload } = await app.inject({
    method: request.method as 'GET',
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    payload: Buffer.from(await request.arrayBuffer()),
    signal: request.signal,
  });
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  const body = rawPayload.length > 0 ? new Uint8Array(rawPayload) : null;
  return new Response(body, { status: statusCode, headers: fields });
}
