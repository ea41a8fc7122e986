import type { Product, ProductStore } from './product-store.ts';

const ENTITY = /^Products\((\d+)\)(\/Photo)?$/;

/** A service of products: answers one request, be it out of a batch or sent alone. */
export async function answerProductRequest(
  store: ProductStore,
  request: Request,
  serviceRoot: string,
): Promise<Response> {
  const { method } = request;
  const [url = ''] = decodeURI(request.url).split('?');
  const path = url.startsWith(serviceRoot) ? url.slice(serviceRoot.length) : url;
  if (path === 'Products') return answerCollection(store, request);

  const [, id, photo] = ENTITY.exec(path) ?? [];
  if (id === undefined) return problem(404, 'NotFound', `There is no resource ${path}.`);
  const product = store.get(Number(id));
  if (product === undefined) return problem(404, 'NotFound', `There is no product ${id}.`);
  if (photo !== undefined) return answerPhoto(store, product, request);

  if (method === 'GET') return Response.json(entity(product));
  if (method === 'PATCH') {
    const changes = await readProduct(request);
    if (changes === undefined)
      return problem(400, 'BadBody', 'Expected { name?, price? } with a price from 0.');
    store.update({ ...product, ...changes });
    return new Response(null, { status: 204 });
  }
  if (method === 'DELETE') {
    store.delete(product.id);
    return new Response(null, { status: 204 });
  }
  return problem(405, 'MethodNotAllowed', `A product has no ${method}.`);
}

async function answerCollection(store: ProductStore, request: Request): Promise<Response> {
  if (request.method === 'GET') return Response.json({ value: store.all().map(entity) });
  if (request.method !== 'POST')
    return problem(405, 'MethodNotAllowed', `Products have no ${request.method}.`);

  const { name, price } = (await readProduct(request)) ?? {};
  if (name === undefined || price === undefined) {
    return problem(400, 'BadBody', 'Expected { name, price } with a price from 0.');
  }
  if (store.all().some((product) => product.name === name)) {
    return problem(409, 'Duplicate', `There is a product "${name}" already.`);
  }
  const product = store.insert({ name, price });
  return Response.json(entity(product), { status: 201, headers: { Location: `Products(${product.id})` } });
}

async function answerPhoto(store: ProductStore, product: Product, request: Request): Promise<Response> {
  if (request.method === 'PUT') {
    const contentType = request.headers.get('Content-Type') ?? 'application/octet-stream';
    const bytes = new Uint8Array(await request.arrayBuffer());
    store.update({ ...product, photo: { contentType, bytes } });
    return new Response(null, { status: 204 });
  }
  if (request.method !== 'GET') return problem(405, 'MethodNotAllowed', `A photo has no ${request.method}.`);
  const { photo } = product;
  if (photo === undefined) return problem(404, 'NotFound', `Product ${product.id} has no photo.`);
  return new Response(photo.bytes, { headers: { 'Content-Type': photo.contentType } });
}

/** The properties that a body may set; undefined where it is something else. */
async function readProduct(request: Request): Promise<{ name?: string; price?: number } | undefined> {
  try {
    const { name, price } = (await request.json()) as { name?: unknown; price?: unknown };
    const nameIsFine = name === undefined || typeof name === 'string';
    const priceIsFine = price === undefined || (typeof price === 'number' && price >= 0);
    if (!nameIsFine || !priceIsFine) return undefined;
    return { ...(name !== undefined && { name }), ...(price !== undefined && { price }) };
  } catch {
    return undefined;
  }
}

function entity({ id, name, price, photo }: Product): unknown {
  return { id, name, price, photoBytes: photo?.bytes.length ?? 0 };
}

function problem(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status });
}
