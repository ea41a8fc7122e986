import express, { type Express } from 'express';
import { createBatchHandler, toNodeListener } from 'odata-batch-codec/server';
import type { ProductDatabase } from './database.ts';
import { fetchFrom } from './fetch-from.ts';

export function expressService(database: ProductDatabase, serviceRoot: string): Express {
  const app = express();
  const answerBatch = createBatchHandler({
    serviceRoot,
    fetch: fetchFrom(app),
    transaction: (run) => database.transaction(run),
  });
  // Before all body parsers: the endpoint reads the body itself.
  app.post(/^\/odata\/\$batch$/, toNodeListener(answerBatch));
  app.use(express.json());

  app.get('/odata/Products', (_request, response) => {
    response.json({ value: database.all() });
  });
  app.post('/odata/Products', (request, response) => {
    const { name } = request.body;
    const product = database.insert(name);
    if (product === undefined) response.status(409).json({ error: { code: 'Duplicate', message: name } });
    else response.status(201).location(`Products(${product.id})`).json(product);
  });
  app.get(/^\/odata\/Products\((\d+)\)$/, (request, response) => {
    const product = database.find(Number(request.params[0]));
    if (product !== undefined) response.json(product);
    else response.status(404).json({ error: { code: 'NotFound', message: request.path } });
  });
  return app;
}
