import { Hono } from 'hono';
import { createBatchHandler } from 'odata-batch-codec/server';
import type { ProductDatabase } from './database.ts';

export function honoService(database: ProductDatabase, serviceRoot: string): Hono {
  const app = new Hono().basePath('/odata');
  const answerBatch = createBatchHandler({
    serviceRoot,
    fetch: (request) => app.fetch(request),
    transaction: (run) => database.transaction(run),
  });
  app.post('/$batch', (context) => answerBatch(context.req.raw));

  app.get('/Products', (context) => context.json({ value: database.all() }));
  app.post('/Products', async (context) => {
    const { name } = await context.req.json();
    const product = database.insert(name);
    if (product === undefined) return context.json({ error: { code: 'Duplicate', message: name } }, 409);
    context.header('Location', `Products(${product.id})`);
    return context.json(product, 201);
  });
  app.get('/:entity', (context) => {
    const product = database.find(Number(/^Products\((\d+)\)$/.exec(context.req.param('entity'))?.[1]));
    if (product !== undefined) return context.json(product);
    return context.json({ error: { code: 'NotFound', message: context.req.path } }, 404);
  });
  return app;
}
