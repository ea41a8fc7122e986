import type { OutgoingResponse } from 'odata-batch-codec';
import type { ServiceRequest } from './batch-endpoint.ts';
import type { Product, ProductStore } from './product-store.ts';

const ENTITY = /^Products\((\d+)\)(\/Photo)?$/;

/** Answers one request, inside a batch or alone; its URL is relative to the service root. */
export function answerProductRequest(store: ProductStore, request: ServiceRequest): OutgoingResponse {
  const { method } = request;
  const [path = ''] = request.url.split('?');
  if (path === 'Products') return answerCollection(store, request);

  const [, id, photo] = ENTITY.exec(path) ?? [];
  if (id === undefined) return problem(404, 'NotFound', `There is no resource ${path}.`);
  const product = store.get(Number(id));
  if (product === undefined) return problem(404, 'NotFound', `There is no product ${id}.`);
  if (photo !== undefined) return answerPhoto(store, product, request);

  if (method === 'GET') return { status: 200, body: entity(product) };
  if (method === 'PATCH') {
    const changes = readProduct(request);
    if (changes === undefined)
      return problem(400, 'BadBody', 'Expected { name?, price? } with a price from 0.');
    store.update({ ...product, ...changes });
    return { status: 204 };
  }
  if (method === 'DELETE') {
    store.delete(product.id);
    return { status: 204 };
  }
  return problem(405, 'MethodNotAllowed', `A product has no ${method}.`);
}

function answerCollection(store: ProductStore, request: ServiceRequest): OutgoingResponse {
  if (request.method === 'GET') return { status: 200, body: { value: store.all().map(entity) } };
  if (request.method !== 'POST')
    return problem(405, 'MethodNotAllowed', `Products have no ${request.method}.`);

  const { name, price } = readProduct(request) ?? {};
  if (name === undefined || price === undefined) {
    return problem(400, 'BadBody', 'Expected { name, price } with a price from 0.');
  }
  if (store.all().some((product) => product.name === name)) {
    return problem(409, 'Duplicate', `There is a product "${name}" already.`);
  }
  const product = store.insert({ name, price });
  return { status: 201, headers: { Location: `Products(${product.id})` }, body: entity(product) };
}

function answerPhoto(store: ProductStore, product: Product, request: ServiceRequest): OutgoingResponse {
  const { method, headers, body } = request;
  if (method === 'PUT') {
    const contentType = headers.get('Content-Type') ?? 'application/octet-stream';
    store.update({ ...product, photo: { contentType, bytes: body } });
    return { status: 204 };
  }
  if (method !== 'GET') return problem(405, 'MethodNotAllowed', `A photo has no ${method}.`);
  const { photo } = product;
  if (photo === undefined) return problem(404, 'NotFound', `Product ${product.id} has no photo.`);
  return { status: 200, headers: { 'Content-Type': photo.contentType }, body: photo.bytes };
}

/** The properties that a body may set; undefined where it is something else. */
function readProduct({ body }: ServiceRequest): { name?: string; price?: number } | undefined {
  try {
    const { name, price } = JSON.parse(new TextDecoder().decode(body));
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

function problem(status: number, code: string, message: string): OutgoingResponse {
  return { status, body: { error: { code, message } } };
}
